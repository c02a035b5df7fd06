/**
 * A process that starts an appliance and then does nothing: to be killed by a test. Arguments: store, hash, image,
 * folder.
 */
import { applianceOn, command, outputOf } from './appliance.ts';

const [store = '', hash = '', image = '', folder = ''] = process.argv.slice(2);
const executor = applianceOn({ store, hash }, [image], folder);
process.stdout.write(`${await outputOf(executor, command('echo up'))}\n`);
await outputOf(executor, command('sleep 3600'));
