/** The host's screen of a host that exists only as data, with as many DomUs as are named, in a terminal of its own. */
import { translator } from '../../src/i18n/t.ts';
import { listedCommands } from '../../src/command-line/listed.ts';
import { COMMANDS } from '../../src/command-line/table.ts';
import { holdLittleMemory, terminalSize, thisTerminal } from '../../src/install/this-terminal.ts';
import { showHost } from '../../src/ui/app/host.tsx';
import { startHostSession } from '../../src/ui/host/session.ts';
import { manyDomus, pretendHost } from '../ui/host-pretend.ts';

const [count = '200'] = process.argv.slice(2);
process.stdin.setRawMode(true);
holdLittleMemory();
const terminal = thisTerminal();
const session = startHostSession(
  {
    size: terminalSize(),
    framesPerSecond: terminal.unaskedPerSecond,
    commands: new Set(listedCommands(COMMANDS).map(({ path }) => path)),
  },
  pretendHost(manyDomus(Number(count))),
);
await showHost(session, terminal, translator('en'), process);
process.exit(0);
