// The package's version, for `--version`.
// Not here: anything else about the package.
// Invariant: equals `version` in package.json; a test compares them.

export const version = '0.1.0';
