package report

// Fold is what the text formats show in place of the diagnostics of a report.
var Fold = fold
