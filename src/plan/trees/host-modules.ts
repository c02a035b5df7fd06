/** What the Python scripts of an installed host share. */
import init from '../../../assets/host/xenwright_host/__init__.py' with { type: 'text' };
import creation from '../../../assets/host/xenwright_host/creation.py' with { type: 'text' };
import diskUsers from '../../../assets/host/xenwright_host/disk_users.py' with { type: 'text' };
import guestConsole from '../../../assets/host/xenwright_host/guest_console.py' with { type: 'text' };
import guestData from '../../../assets/host/xenwright_host/guest_data.py' with { type: 'text' };
import health from '../../../assets/host/xenwright_host/health.py' with { type: 'text' };
import notice from '../../../assets/host/xenwright_host/notice.py' with { type: 'text' };
import pace from '../../../assets/host/xenwright_host/pace.py' with { type: 'text' };
import records from '../../../assets/host/xenwright_host/records.py' with { type: 'text' };
import system from '../../../assets/host/xenwright_host/system.py' with { type: 'text' };
import unit from '../../../assets/host/xenwright_host/unit.py' with { type: 'text' };
import watch from '../../../assets/host/xenwright_host/watch.py' with { type: 'text' };
import web from '../../../assets/host/xenwright_host/web.py' with { type: 'text' };
import xlConfig from '../../../assets/host/xenwright_host/xl_config.py' with { type: 'text' };
import xlOwner from '../../../assets/host/xenwright_host/xl_owner.py' with { type: 'text' };
import type { TreeFile } from '../action.ts';
import { textFile } from './content.ts';

/** Where the scripts of a host lie. Python looks for their modules beside them. */
const FOLDER = '/usr/lib/xenwright';

const MODULES: Readonly<Record<string, string>> = {
  __init__: init,
  creation,
  disk_users: diskUsers,
  guest_console: guestConsole,
  guest_data: guestData,
  health,
  notice,
  pace,
  records,
  system,
  unit,
  watch,
  web,
  xl_config: xlConfig,
  xl_owner: xlOwner,
};

/** The package that the host's Python scripts import. */
export function hostModules(): TreeFile[] {
  return Object.entries(MODULES).map(([name, text]) => textFile(`${FOLDER}/xenwright_host/${name}.py`, text));
}
