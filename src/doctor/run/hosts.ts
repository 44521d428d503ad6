// Where the files lie that run inside of the child processes.
// Not here: what they do (`python/`).
// Invariant: the same files are found from the sources, from dist/ and from the bundles; none is executed here.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `dist/hosts/` as seen from a bundle, from `dist/node/`, from `dist/doctor/run/` and from `src/doctor/run/`. */
const places = ['./hosts/', '../hosts/', '../../hosts/', '../../../dist/hosts/'];

/** The path of a host's file, such as `python/__main__.py`. */
export function hostFile(name: string): string {
  for (const place of places) {
    const path = fileURLToPath(new URL(place + name, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error(`bug: the host ${name} was not built`);
}
