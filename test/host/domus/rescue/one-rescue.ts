/** One rescue as a process of its own, which a test can kill: the folder of its host, and its options as JSON. */
import type { RescueOptions } from '../../../../src/commands/domu/rescue/command.ts';
import { rescueIn } from './stand-in-host.ts';

const [home = '', options = '{}'] = process.argv.slice(2);
process.exitCode = await rescueIn(home, JSON.parse(options) as RescueOptions, (text) => {
  process.stderr.write(text);
});
