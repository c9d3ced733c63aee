local app = import 'app.libsonnet';
{
  idpe: app {
    metadata+: { name: 'idpe-cd' },
    spec+: { source+: { path: 'idpe' }, destination+: { namespace: 'idpe' } },
  },
  'iox-cd': app {
    metadata+: { name: 'idpe-cd' },  // copied, and forgotten
    spec+: { source+: { path: 'iox' }, destination+: { namespace: 'iox' } },
  },
}
