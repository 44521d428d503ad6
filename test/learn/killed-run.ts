// The program that the kill tests start and kill: trains softmax regression on iris with a checkpoint every epoch into the folder given, resuming when told to.
import { loadIris, train } from '../../src/learn/index.ts';

const [folder, resume] = process.argv.slice(2);
if (folder === undefined) throw new Error('a folder is needed');
const run = train('networks/softmax-regression', loadIris(), {
  seed: 5,
  epochs: 60,
  patience: 50,
  batchSize: 16,
  out: folder,
  checkpointEvery: 1,
  ...(resume === 'resume' ? { resume: folder } : {}),
});
process.stdout.write('ready\n');
await run;
process.stdout.write('done\n');
