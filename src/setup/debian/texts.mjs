/**
 * What is made of the data of the command line, as JSON, for package.mjs: it runs in the project's own Node, which
 * reads the sources as they are. Argument: the day of the manual page, `2026-11-30`.
 */
import { completionTable } from '../../command-line/completion.ts';
import { manualPage } from '../../command-line/manual.ts';

process.stdout.write(JSON.stringify({ manual: manualPage(process.argv[2]), completion: completionTable() }));
