/** One start, stop or restart as a process of its own, which a test can kill: the folder of its host, the verb, a name. */
import { startDomus } from '../../../src/host/domus/start.ts';
import { stopDomus } from '../../../src/host/domus/stop.ts';
import { chosen, readTargets } from '../../../src/host/domus/targets.ts';
import { StandInHost } from './stand-in-host.ts';

const [home, verb, name = ''] = process.argv.slice(2);
const host = new StandInHost(home);
host.unitsForEach();
const { power } = host;
const wish = { force: false, seconds: null };
const targets = chosen(await readTargets(host.port), [name]);
if (verb !== 'start') await stopDomus(targets, wish, power);
if (verb !== 'stop') await startDomus(chosen(await readTargets(host.port), [name]), power);
