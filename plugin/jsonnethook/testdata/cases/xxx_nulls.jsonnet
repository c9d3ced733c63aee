{a: null, b: [null, {}]}
