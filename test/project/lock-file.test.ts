// The lock file: what `npm ci` needs on every platform, and nothing about where packages came from.
// Not here: what is published (`package.test.ts`).
// Invariant: a package that another one may need, optional packages of other platforms among them, is locked where Node would look for it.
import { describe, expect, test } from 'vitest';
import { read } from './sources.ts';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
type Packages = Readonly<Record<string, Locked>>;

const text = read('package-lock.json');
const packages: Packages = JSON.parse(text).packages;
const manifest = JSON.parse(read('package.json'));

/** Where Node looks for a package that the one at `from` imports, nearest first. */
function places(from: string, name: string): string[] {
  const folders = [from];
  for (let at = from; at !== ''; ) {
    at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/'))).replace(/\/$/, '');
    folders.push(at);
  }
  return folders.map((folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}`);
}

/** What a package needs, or may need on some platform. */
const needs = (p: Locked): string[] => [
  ...Object.keys({ ...p.dependencies, ...p.devDependencies, ...p.optionalDependencies }),
  ...Object.keys(p.peerDependencies ?? {}).filter((name) => p.peerDependenciesMeta?.[name]?.optional !== true),
];

const missingFrom = (locked: Packages): string[] =>
  Object.entries(locked).flatMap(([from, p]) =>
    needs(p)
      .filter((name) => places(from, name).every((place) => locked[place] === undefined))
      .map((name) => `${from} → ${name}`),
  );

describe('the lock file', () => {
  test('asks for what package.json asks for', () => {
    const { dependencies, devDependencies, version } = packages[''] ?? {};
    expect({ dependencies, devDependencies, version }).toEqual({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
      version: manifest.version,
    });
  });

  test('holds every package that another one needs, on whatever platform', () => {
    expect(missingFrom(packages)).toEqual([]);
  });

  test('holds an integrity for every package', () => {
    expect(Object.keys(packages).filter((place) => place !== '' && packages[place]?.integrity === undefined)).toEqual(
      [],
    );
  });

  test('names no registry', () => {
    expect(text).not.toMatch(/"resolved"\s*:/);
  });

  test('would be found wanting without any one of its packages of other platforms', () => {
    const foreign = Object.keys(packages).filter((place) =>
      /node_modules\/(?:@biomejs|@esbuild|@rolldown|@typescript)\//.test(place),
    );
    expect(foreign.length).toBeGreaterThan(30);
    for (const place of foreign) {
      const { [place]: _, ...rest } = packages;
      expect(missingFrom(rest), place).not.toEqual([]);
    }
  });
});
