/** The command line: arguments → a command, colour settings, exit code. Commands are loaded only when asked for. */
import { Command, CommanderError, Option } from 'commander';
import { DOMU_VERBS_NOT_YET, domuNotYet } from './commands/domu/not-yet.ts';
import { EXIT, XenwrightError } from './errors.ts';
import { processIo } from './system/process-io.ts';

const NOT_YET: Readonly<Record<string, string>> = {
  network: 'switch the network of a running host',
  capture: 'turn a running Xen host into a profile',
};

const collect = (value: string, previous: string[]): string[] => [...previous, value];

const screenReader = (): Option => new Option('--screen-reader', 'words line under line, for screen readers (also INK_SCREEN_READER=true)');

/** What a SOURCE must show, and which machine it is asked for. */
const withSource = (command: Command): Command => command
  .option('--sha256 <hex>', 'refuse a profile with another checksum')
  .option('--pubkey <file>', 'refuse a profile that none of these OpenSSH keys has signed (SOURCE.sig)')
  .option('--tls-fingerprint <hex>', 'accept only the server certificate with this SHA-256')
  .option('--allow-clear <path>', 'this secret of the profile may go over plain http (repeatable)', collect, [])
  .option('--as <key=value>', 'be known by this mac, serial, uuid, product or hostname (repeatable; never for own disks)', collect, []);

/** Builds the whole command line. `finish` receives the exit code of the command that ran. */
function program(finish: (code: number) => void): Command {
  const io = processIo();
  const cli = new Command('xenwright')
    .description('Installs a Xen host whole: the Dom0 and its DomUs, in one run, from one description.')
    .exitOverride()
    .showHelpAfterError('(xenwright --help shows the commands)')
    .addHelpText('after', `
SOURCE is a path, - (standard input), file:PATH, an http(s):// URL, nfs://server/export/path, label:VOLUME/path or cdrom:/path;
\${mac} \${serial} \${uuid} \${product} \${hostname} in it are filled in for the machine.
Exit codes: 0 done, 1 a fault of Xenwright's own, 2 wrong usage, 3 the profile is invalid, 4 refused on this machine,
5 an action failed (install --resume goes on), 6 a source could not be reached or verified, 130 interrupted.`);

  // Loaded only here: nothing else draws, and drawing takes its time to load.
  // The environment is asked, so that what draws in other processes knows it too.
  cli.hook('preAction', (_, action) => { if (action.opts()['screenReader'] === true) process.env['INK_SCREEN_READER'] = 'true'; });
  cli.enablePositionalOptions().addOption(screenReader()).option('--profile <source>', 'start the wizard from this profile: only what it leaves out is asked').option('--image <file[:size]>', 'the image that the wizard installs into')
    .option('--demo', 'every screen on a captured machine, and a pretended run: nothing is written').option('--machine <name>', 'which captured machine the demo is on').option('--demo-failure', 'something fails in the demo, and can be tried again').option('--demo-seconds <n>', 'how long the pretended run takes, about')
    .allowExcessArguments().action(async ({ demo, ...options }) => {
      const [unknown] = cli.args;
      if (unknown !== undefined) return cli.error(`error: unknown command '${unknown}'`, { exitCode: EXIT.usage });
      if (demo !== true && ['machine', 'demoFailure', 'demoSeconds'].some((name) => options[name] !== undefined)) return cli.error('error: --machine, --demo-failure and --demo-seconds belong to --demo', { exitCode: EXIT.usage });
      if (demo === true) return finish(await (await import('./commands/demo.ts')).demo({ ...options, image: options.image === undefined ? [] : [options.image] }, io));
      finish(await (await import('./commands/wizard.ts')).wizard({ ...options, image: options.image === undefined ? [] : [options.image] }, io));
    });
  withSource(cli.command('install')).addOption(screenReader()).description('install a host and its DomUs, unattended').argument('[source...]', 'profiles, tried in order')
    .option('--image <file[:size]>', 'install into a disk image (repeatable; the n-th image is the n-th disk)', collect, [])
    .option('--dry-run', 'print the actions and commands, carry out none')
    .option('--resume', 'go on with a run that was interrupted or failed')
    .option('--ask', 'ask on screen for what must be known and the profile leaves out')
    .option('--yes', 'do not ask before overwriting real disks')
    .addOption(new Option('--ui <kind>', 'how progress is shown').choices(['auto', 'panes', 'plain', 'json']).default('auto'))
    .option('--state <dir>', 'where the journal, the log and the bases are kept')
    .option('--facts <file>', 'facts of another machine (with --dry-run)')
    .option('--set <path=value>', 'change a field of the profile (repeatable)', collect, [])
    .option('--only <domain>', 'only this domain: host, dom0 or a DomU')
    .option('--jobs <n>', 'how many actions may run at once')
    .option('--report <url>', 'report events to this address, whatever the profile says')
    .option('--replay <file>', 'draw a run again from its events; needs no SOURCE')
    .action(async (sources: string[], options) => finish(await (await import('./commands/install.ts')).install(sources, options, io)));

  withSource(cli.command('check')).description('every finding of a profile at once').argument('<source>').option('--facts <file>', 'check against these facts too').option('--set <path=value>', 'change a field first', collect, [])
    .action(async (source, options) => finish(await (await import('./commands/check.ts')).check(source, options, io)));
  withSource(cli.command('plan')).description('what an install would do').argument('<source>').option('--facts <file>').option('--set <path=value>', 'change a field first', collect, [])
    .option('--image <file[:size]>', 'plan for a disk image', collect, [])
    .addOption(new Option('--format <format>').choices(['text', 'json', 'sh', 'dot']).default('text'))
    .action(async (source, options) => finish(await (await import('./commands/plan.ts')).plan(source, options, io)));
  cli.command('facts').description('this machine, as JSON')
    .action(async () => finish(await (await import('./commands/facts.ts')).facts(io)));
  cli.command('schema').description('JSON Schema of the profile')
    .action(async () => finish(await (await import('./commands/schema.ts')).schema(io)));
  withSource(cli.command('profile')).description('export, hash, sign, verify or redact a profile').argument('<verb>', 'export | hash | sign | verify | redact').argument('<source>')
    .option('--key <file>', 'what to sign with: a private key, or the public one of a key in ssh-agent').option('--facts <file>', 'for the machine of these facts')
    .action(async (verb, source, options) => finish(await (await import('./commands/profile.ts')).profile(verb, source, options, io)));
  cli.command('boot').description('boot an installed image under emulation and say who is up').argument('<image...>')
    .addOption(new Option('--firmware <kind>').choices(['bios', 'uefi']).default('bios'))
    .option('--memory <mib>', 'memory of the emulated machine', '4096').option('--timeout <seconds>', 'give up after').option('--transcript <file>', 'where the console is kept')
    .option('--scratch', 'throw away what the machine writes').option('--console', 'attach the terminal; SSH is forwarded to a local port')
    .action(async (images, options) => finish(await (await import('./commands/boot.ts')).boot(images, options, io)));
  withSource(cli.command('rehearse')).description('install into a scratch image, boot it, and say who is up').argument('<source>')
    .addOption(new Option('--firmware <kind>').choices(['bios', 'uefi']).default('bios')).option('--keep <file>', 'keep the image here').option('--timeout <seconds>', 'give up after')
    .option('--set <path=value>', 'change a field first', collect, []).option('--state <dir>', 'where bases are kept')
    .action(async (source, options) => finish(await (await import('./commands/rehearse.ts')).rehearse(source, options, io)));
  cli.command('quickstart', { hidden: true }).action(async () => finish(await (await import('./commands/quickstart.ts')).quickstart(io)));
  cli.command('attach').addOption(screenReader()).description('show a run that is under way, or how it ended').argument('[target]', 'the image, or the state folder; default: the run on this machine')
    .addOption(new Option('--ui <kind>', 'how it is shown').choices(['auto', 'panes', 'plain']).default('auto'))
    .option('--bundle <file>', 'keep a support bundle of the run (a .tar.gz without secrets), and show nothing')
    .action(async (target, options) => finish(await (await import('./commands/attach.ts')).attach(target, options, io)));
  cli.command('install-behind', { hidden: true }).action(async () => finish(await (await import('./commands/install-behind.ts')).installBehind(io)));
  cli.command('medium-session', { hidden: true }).requiredOption('--console <name>').action(async (options) => finish(await (await import('./commands/medium-session.ts')).mediumSession(options, io)));
  cli.command('agent', { hidden: true }).requiredOption('--port <device>').option('--store <dir>').action(async (options) => finish(await (await import('./commands/agent.ts')).agent(options)));

  const medium = cli.command('medium').description('the boot medium: make it, copy one, verify a copy, serve profiles and netboot files');
  medium.command('build').description('make a boot medium: a hybrid ISO, and the files to boot it over the network').option('--output <file>', 'the ISO image', 'xenwright.iso')
    .option('--netboot <dir>', 'also write kernel, initrd, squashfs and examples for booting over the network')
    .option('--no-firmware', 'leave the large firmware packages out').option('--keyboard <layout>', 'keyboard layout of the live system, such as de').option('--lang <language>', 'what its consoles speak, such as de').option('--serial <port[,baud]>', 'also use this serial console, such as ttyS0,115200')
    .option('--bases <profile>', 'carry the finished bases that this profile needs (repeatable)', collect, []).option('--pool <profile>', 'carry every package that this profile needs, to install with no network (repeatable)', collect, [])
    .option('--profile <source>', 'embed a profile; an URL is stored as it is, and read when the medium runs').option('--pubkey <file>', 'embed the public key that profiles must be signed with').option('--tls-fingerprint <hex>', 'the only server certificate that the medium accepts')
    .option('--set <path=value>', 'change a field of the profile when the medium runs (repeatable)', collect, []).option('--allow-clear <path>', 'this secret of the profile may go over plain http when the medium runs (repeatable)', collect, []).option('--on-error <what>', 'after a failed run: shell, reboot, poweroff or hold')
    .action(async (options) => finish(await (await import('./commands/medium/build.ts')).mediumBuild(options, io)));
  medium.command('copy').description('copy a disc, an image or a device, with checksums; what cannot be read is named by package').argument('<source>', 'cdrom, a path, an http(s):// or nfs:// address').argument('<target>', 'a file, or a device')
    .option('--map <file>', 'where unreadable places are noted; default: TARGET.map').option('--yes', 'overwrite a device')
    .action(async (source, target, options) => finish(await (await import('./commands/medium/copy.ts')).mediumCopy(source, target, options, io)));
  medium.command('verify').description('check an image or a copy: its implanted sum and the sums of its files').argument('<file>', 'an .iso file, a device, or cdrom')
    .action(async (source) => finish(await (await import('./commands/medium/verify.ts')).mediumVerify(source, io)));
  medium.command('serve').description('serve profiles and netboot files, take reports, and show every machine in one view').argument('<folder>', 'what is served; reports/ and bundles/ in it take what comes in')
    .option('--listen <address:port>', 'where to listen', '127.0.0.1:8480').option('--secret-file <file>', 'take only reports that are signed with this secret')
    .action(async (folder, options) => finish(await (await import('./commands/medium/serve.ts')).serve(folder, options, io)));

  const domu = cli.command('domu').description('look after the DomUs of the installed host that this runs on');
  withSource(domu.command('add')).description('add DomUs to this host: a profile with more of them, or a file with version: and domus: alone').argument('<source...>', 'tried in order')
    .option('--dry-run', 'print the actions and commands, carry out none').option('--resume', 'go on with a run that was interrupted or failed').option('--yes', 'do not ask')
    .addOption(new Option('--ui <kind>', 'how progress is shown').choices(['plain', 'json']).default('plain')).option('--jobs <n>', 'how many actions may run at once')
    .addHelpText('after', '\nWhat the host has already stays as it is: DomUs of SOURCE that differ from it are refused, and the host\'s disks are never partitioned.\nPackages come from the medium that was copied to the disk where it has them (no network is needed then), else from the host\'s own sources.')
    .action(async (sources: string[], options) => finish(await (await import('./commands/domu/add.ts')).domuAdd(sources, options, io)));
  for (const [verb, { purpose }] of Object.entries(DOMU_VERBS_NOT_YET)) {
    domu.command(verb).description(`${purpose} (not supported yet)`).argument('[args...]').allowUnknownOption().action(() => finish(domuNotYet(verb, io)));
  }
  for (const [name, purpose] of Object.entries(NOT_YET)) {
    cli.command(name).description(`${purpose} (not supported yet)`).argument('[args...]').allowUnknownOption()
      .action(() => { io.err(`xenwright ${name}: not supported yet: ${purpose}\n`); finish(EXIT.usage); });
  }
  return cli;
}

async function main(): Promise<number> {
  let code: number = EXIT.done;
  const cli = program((result) => { code = result; });
  try {
    await cli.parseAsync(process.argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof XenwrightError) {
      process.stderr.write(describe(error));
      return error.exit;
    }
    process.stderr.write(`xenwright: internal fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nThis is a fault of Xenwright itself; please report it with the lines above.\n`);
    return EXIT.fault;
  }
}

function describe(error: XenwrightError): string {
  const lines = [`xenwright: ${error.message} [${error.code}]`];
  if (error.command !== undefined) lines.push(`  command: ${error.command}`);
  for (const line of error.lastLines) lines.push(`  | ${line}`);
  if (error.hint !== undefined) lines.push(`  hint: ${error.hint}`);
  return `${lines.join('\n')}\n`;
}

const exitCode = await main();
// A run that has ended must end the process too, whatever is still open: unattended machines wait for it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
