/** The command line: arguments → a command, colour settings, exit code. Commands are loaded only when asked for. */
import { Argument, Command, CommanderError, Option } from 'commander';
import * as given from './commands/option-values.ts';
import { DOMU_VERBS_NOT_YET, domuNotYet } from './commands/domu/not-yet.ts';
import { EXIT, XenwrightError } from './errors.ts';
import { endQuietly } from './system/process/ignore-hangup.ts';
import { processIo } from './system/process/process-io.ts';
import { VERSION } from './version.ts';

const NOT_YET: Readonly<Record<string, string>> = {
  network: 'switch the network of a running host',
  capture: 'turn a running Xen host into a profile',
};

/** For what can be given several times. */
const each =
  (check: given.Check) =>
  (value: string, previous: readonly string[] = []): string[] => [...previous, check(value)];
const sources = (term = '<source...>'): Argument =>
  new Argument(term, 'profiles, tried in order').argParser(each(given.source(given.SOURCE)));
const oneSource = (): Argument => new Argument('<source>').argParser(given.source(given.SOURCE));
const choice = (flags: string, words: string, choices: readonly string[]): Option =>
  new Option(flags, words).choices(choices);
const screenReader = (): Option =>
  new Option('--screen-reader', 'words line under line, for screen readers (also INK_SCREEN_READER=true)');
const firmware = (): Option =>
  choice('--firmware <kind>', 'what the emulated machine starts by', ['bios', 'uefi']).default('bios');
const changes = (words: string): Option =>
  new Option('--set <path=value>', words).argParser(each(given.change)).default([]);
const clear = (words: string): Option =>
  new Option('--allow-clear <path>', words).argParser(each(given.name('--allow-clear'))).default([]);
const images = (words: string): Option =>
  new Option('--image <file[:size]>', words).argParser(each(given.image)).default([]);
const bundled = (flags: string, words: string): Option =>
  new Option(flags, words).argParser(each(given.source(flags.split(' ')[0] ?? ''))).default([]);

/** What a SOURCE must show, and which machine it is asked for. */
const withSource = (command: Command): Command =>
  command
    .option('--sha256 <hex>', 'refuse a profile with another checksum', given.sha256)
    .option(
      '--pubkey <file>',
      'refuse a profile that none of these OpenSSH keys has signed (SOURCE.sig)',
      given.source('--pubkey'),
    )
    .option('--tls-fingerprint <hex>', 'accept only the server certificate with this SHA-256', given.tlsFingerprint)
    .addOption(clear('this secret of the profile may go over plain http (repeatable)'))
    .option(
      '--as <key=value>',
      'be known by this mac, serial, uuid, product or hostname (repeatable; never for own disks)',
      each(given.knownBy),
      [],
    );

/** Builds the whole command line. `finish` receives the exit code of the command that ran. */
function program(finish: (code: number) => void): Command {
  const io = processIo();
  const cli = new Command('xenwright')
    .description('Installs a Xen host whole: the Dom0 and its DomUs, in one run, from one description.')
    .exitOverride()
    .version(VERSION, '--version', 'print the version')
    .showHelpAfterError('(xenwright --help shows the commands)')
    .addHelpText(
      'after',
      `
SOURCE is a path, - (standard input), file:PATH, an http(s):// URL, nfs://server/export/path, label:VOLUME/path or cdrom:/path;
\${mac} \${serial} \${uuid} \${product} \${hostname} in it are filled in for the machine.
Exit codes: 0 done, 1 a fault of Xenwright's own, 2 wrong usage, 3 the profile is invalid, 4 refused on this machine,
5 an action failed (install --resume goes on), 6 a source could not be reached or verified, 130 interrupted.`,
    );
  const wrong = (text: string): never => cli.error(`error: ${text}`, { exitCode: EXIT.usage });

  cli.hook('preAction', (_, action) => {
    // Before a command they would do nothing: `--demo install` must not install.
    const [lost] =
      action === cli
        ? []
        : cli.options.filter(
            (option) =>
              option.attributeName() !== 'screenReader' && cli.getOptionValueSource(option.attributeName()) === 'cli',
          );
    if (lost !== undefined)
      wrong(
        `${lost.long} before ${action.name()} belongs to the wizard, which is not asked for; write options behind the command`,
      );
    // Loaded only here: nothing else draws, and drawing takes its time to load.
    // The environment is asked, so that what draws in other processes knows it too.
    if (cli.opts()['screenReader'] === true || action.opts()['screenReader'] === true)
      process.env['INK_SCREEN_READER'] = 'true';
  });
  cli
    .enablePositionalOptions()
    .addOption(screenReader())
    .option(
      '--profile <source>',
      'start the wizard from this profile: only what it leaves out is asked',
      given.source('--profile'),
    )
    .option('--image <file[:size]>', 'the image that the wizard installs into', given.image)
    .option('--demo', 'every screen on a captured machine, and a pretended run: nothing is written')
    .option('--machine <name>', 'which captured machine the demo is on', given.name('--machine'))
    .option('--demo-failure', 'something fails in the demo, and can be tried again')
    .option('--demo-seconds <n>', 'how long the pretended run takes, about', given.demoSeconds)
    .action(async ({ demo, ...options }) => {
      if (demo !== true && ['machine', 'demoFailure', 'demoSeconds'].some((name) => options[name] !== undefined))
        return wrong('--machine, --demo-failure and --demo-seconds belong to --demo');
      if (demo === true)
        return finish(
          await (
            await import('./commands/demo.ts')
          ).demo({ ...options, image: options.image === undefined ? [] : [options.image] }, io),
        );
      finish(
        await (
          await import('./commands/wizard.ts')
        ).wizard({ ...options, image: options.image === undefined ? [] : [options.image] }, io),
      );
    });
  withSource(cli.command('install'))
    .addOption(screenReader())
    .description('install a host and its DomUs, unattended')
    .addArgument(sources('[source...]'))
    .addOption(images('install into a disk image (repeatable; the n-th image is the n-th disk)'))
    .option('--dry-run', 'print the actions and commands, carry out none')
    .option('--resume', 'go on with a run that was interrupted or failed')
    .option('--ask', 'ask on screen for what must be known and the profile leaves out')
    .option('--yes', 'do not ask before overwriting real disks')
    .addOption(choice('--ui <kind>', 'how progress is shown', ['auto', 'panes', 'plain', 'json']).default('auto'))
    .option('--state <dir>', 'where the journal, the log and the bases are kept', given.place('--state'))
    .option('--facts <file>', 'facts of another machine (with --dry-run)', given.source('--facts'))
    .addOption(changes('change a field of the profile (repeatable)'))
    .option('--only <domain>', 'only this domain: host, dom0 or a DomU', given.name('--only'))
    .option('--jobs <n>', 'how many actions may run at once', given.wholeNumber('--jobs'))
    .option('--report <url>', 'report events to this address, whatever the profile says', given.reportAddress)
    .option('--replay <file>', 'draw a run again from its events; takes no SOURCE', given.source('--replay'))
    .action(async (from: string[], options) =>
      finish(await (await import('./commands/install.ts')).install(from, options, io)),
    );

  withSource(cli.command('check'))
    .description('every finding of a profile at once')
    .addArgument(oneSource())
    .option('--facts <file>', 'check against these facts too', given.source('--facts'))
    .addOption(changes('change a field first'))
    .action(async (source, options) => finish(await (await import('./commands/check.ts')).check(source, options, io)));
  withSource(cli.command('plan'))
    .description('what an install would do')
    .addArgument(oneSource())
    .option('--facts <file>', 'plan for the machine of these facts', given.source('--facts'))
    .addOption(changes('change a field first'))
    .addOption(images('plan for a disk image'))
    .addOption(choice('--format <format>', 'how it is printed', ['text', 'json', 'sh', 'dot']).default('text'))
    .action(async (source, options) => finish(await (await import('./commands/plan.ts')).plan(source, options, io)));
  cli
    .command('facts')
    .description('this machine, as JSON')
    .action(async () => finish(await (await import('./commands/facts.ts')).facts(io)));
  cli
    .command('schema')
    .description('JSON Schema of the profile')
    .action(async () => finish(await (await import('./commands/schema.ts')).schema(io)));
  withSource(cli.command('profile'))
    .description('export, hash, sign, verify or redact a profile')
    .addArgument(new Argument('<verb>').choices(['export', 'hash', 'sign', 'verify', 'redact']))
    .addArgument(oneSource())
    .option(
      '--key <file>',
      'what to sign with: a private key, or the public one of a key in ssh-agent',
      given.place('--key'),
    )
    .option('--facts <file>', 'for the machine of these facts', given.source('--facts'))
    .action(async (verb, source, options) =>
      finish(await (await import('./commands/profile.ts')).profile(verb, source, options, io)),
    );
  cli
    .command('boot')
    .description('boot an installed image under emulation and say who is up')
    .addArgument(new Argument('<image...>').argParser(each(given.place('IMAGE'))))
    .addOption(firmware())
    .option('--memory <mib>', 'memory of the emulated machine', given.wholeNumber('--memory'), '4096')
    .option('--timeout <seconds>', 'give up after', given.wholeNumber('--timeout'))
    .option('--transcript <file>', 'where the console is kept', given.place('--transcript'))
    .option('--scratch', 'throw away what the machine writes')
    .option('--console', 'attach the terminal; SSH is forwarded to a local port')
    .action(async (from, options) => finish(await (await import('./commands/boot.ts')).boot(from, options, io)));
  withSource(cli.command('rehearse'))
    .description('install into a scratch image, boot it, and say who is up')
    .addArgument(oneSource())
    .addOption(firmware())
    .option('--keep <file>', 'keep the image here', given.place('--keep'))
    .option('--timeout <seconds>', 'give up after', given.wholeNumber('--timeout'))
    .addOption(changes('change a field first'))
    .option('--state <dir>', 'where bases are kept', given.place('--state'))
    .action(async (source, options) =>
      finish(await (await import('./commands/rehearse.ts')).rehearse(source, options, io)),
    );
  cli
    .command('quickstart', { hidden: true })
    .action(async () => finish(await (await import('./commands/quickstart.ts')).quickstart(io)));
  cli
    .command('attach')
    .addOption(screenReader())
    .description('show a run that is under way, or how it ended')
    .addArgument(
      new Argument('[target]', 'the image, or the state folder; default: the run on this machine').argParser(
        given.place('TARGET'),
      ),
    )
    .addOption(choice('--ui <kind>', 'how it is shown', ['auto', 'panes', 'plain']).default('auto'))
    .option(
      '--bundle <file>',
      'keep a support bundle of the run (a .tar.gz without secrets), and show nothing',
      given.place('--bundle'),
    )
    .action(async (target, options) =>
      finish(await (await import('./commands/attach.ts')).attach(target, options, io)),
    );
  cli
    .command('install-behind', { hidden: true })
    .action(async () => finish(await (await import('./install/background.ts')).installInBackground(io)));
  cli
    .command('medium-session', { hidden: true })
    .requiredOption('--console <name>', 'which console this is', given.name('--console'))
    .action(async (options) => finish(await (await import('./commands/medium-session.ts')).mediumSession(options, io)));
  cli
    .command('agent', { hidden: true })
    .requiredOption('--port <device>', 'where its work comes from', given.place('--port'))
    .option('--store <dir>', 'where bases are', given.place('--store'))
    .action(async (options) => finish(await (await import('./commands/agent.ts')).agent(options)));

  const medium = cli
    .command('medium')
    .helpCommand(false)
    .description('the boot medium: make it, copy one, verify a copy, serve profiles and netboot files');
  medium
    .command('build')
    .description('make a boot medium: a hybrid ISO, and the files to boot it over the network')
    .option('--output <file>', 'the ISO image', given.place('--output'), 'xenwright.iso')
    .option(
      '--netboot <dir>',
      'also write kernel, initrd, squashfs and examples for booting over the network',
      given.place('--netboot'),
    )
    .option('--no-firmware', 'leave the large firmware packages out')
    .option('--keyboard <layout>', 'keyboard layout of the live system, such as de', given.keyboard)
    .option('--lang <language>', 'what its consoles speak, such as de', given.language)
    .option('--serial <port[,baud]>', 'also use this serial console, such as ttyS0,115200', given.serial)
    .addOption(bundled('--bases <profile>', 'carry the finished bases that this profile needs (repeatable)'))
    .addOption(
      bundled(
        '--pool <profile>',
        'carry every package that this profile needs, to install with no network (repeatable)',
      ),
    )
    .option(
      '--profile <source>',
      'embed a profile; an URL is stored as it is, and read when the medium runs',
      given.source('--profile'),
    )
    .option('--pubkey <file>', 'embed the public key that profiles must be signed with', given.source('--pubkey'))
    .option('--tls-fingerprint <hex>', 'the only server certificate that the medium accepts', given.tlsFingerprint)
    .addOption(changes('change a field of the profile when the medium runs (repeatable)'))
    .addOption(clear('this secret of the profile may go over plain http when the medium runs (repeatable)'))
    .addOption(choice('--on-error <what>', 'after a failed run', ['shell', 'reboot', 'poweroff', 'hold']))
    .action(async (options) => finish(await (await import('./commands/medium/build.ts')).mediumBuild(options, io)));
  medium
    .command('copy')
    .description('copy a disc, an image or a device, with checksums; what cannot be read is named by package')
    .argument('<source>', 'cdrom, a path, an http(s):// or nfs:// address', given.medium)
    .argument('<target>', 'a file, or a device', given.place('TARGET'))
    .option('--map <file>', 'where unreadable places are noted; default: TARGET.map', given.place('--map'))
    .option('--yes', 'overwrite a device')
    .action(async (source, target, options) =>
      finish(await (await import('./commands/medium/copy.ts')).mediumCopy(source, target, options, io)),
    );
  medium
    .command('verify')
    .description('check an image or a copy: its implanted sum and the sums of its files')
    .argument('<file>', 'an .iso file, a device, or cdrom', given.place('FILE'))
    .action(async (source) => finish(await (await import('./commands/medium/verify.ts')).mediumVerify(source, io)));
  medium
    .command('serve')
    .description('serve profiles and netboot files, take reports, and show every machine in one view')
    .argument('<folder>', 'what is served; reports/ and bundles/ in it take what comes in', given.place('FOLDER'))
    .option('--listen <address:port>', 'where to listen', given.listen, '127.0.0.1:8480')
    .option('--secret-file <file>', 'take only reports that are signed with this secret', given.place('--secret-file'))
    .action(async (folder, options) =>
      finish(await (await import('./commands/medium/serve.ts')).serve(folder, options, io)),
    );

  const domu = cli
    .command('domu')
    .helpCommand(false)
    .description('look after the DomUs of the installed host that this runs on');
  withSource(domu.command('add'))
    .description('add DomUs to this host: a profile with more of them, or a file with version: and domus: alone')
    .addArgument(sources())
    .option('--dry-run', 'print the actions and commands, carry out none')
    .option('--resume', 'go on with a run that was interrupted or failed')
    .option('--yes', 'do not ask')
    .addOption(choice('--ui <kind>', 'how progress is shown', ['plain', 'json']).default('plain'))
    .option('--jobs <n>', 'how many actions may run at once', given.wholeNumber('--jobs'))
    .addHelpText(
      'after',
      "\nWhat the host has already stays as it is: DomUs of SOURCE that differ from it are refused, and the host's disks are never partitioned.\nPackages come from the medium that was copied to the disk where it has them (no network is needed then), else from the host's own sources.",
    )
    .action(async (from: string[], options) =>
      finish(await (await import('./commands/domu/add.ts')).domuAdd(from, options, io)),
    );
  for (const [verb, { purpose }] of Object.entries(DOMU_VERBS_NOT_YET)) {
    domu
      .command(verb)
      .description(`${purpose} (not supported yet)`)
      .argument('[args...]')
      .allowUnknownOption()
      .action(() => finish(domuNotYet(verb, io)));
  }
  for (const [name, purpose] of Object.entries(NOT_YET)) {
    cli
      .command(name)
      .description(`${purpose} (not supported yet)`)
      .argument('[args...]')
      .allowUnknownOption()
      .action(() => {
        io.err(`xenwright ${name}: not supported yet: ${purpose}\n`);
        finish(EXIT.usage);
      });
  }
  const commandOf = (at: Command, word: string): Command =>
    at.commands.find((command) => command.name() === word) ?? wrong(`unknown command '${word}'`);
  cli
    .command('help')
    .description('what a command does, and its options')
    .argument('[command...]')
    .action((words: readonly string[]) => words.reduce(commandOf, cli).help());
  // Last: commands take over from here what they allow. A word too much is no command, and is told so.
  cli.allowExcessArguments().hook('preAction', (_, action) => {
    if (action === cli && cli.args[0] !== undefined) wrong(`unknown command '${cli.args[0]}'`);
  });
  return cli;
}

async function main(): Promise<number> {
  endQuietly();
  let code: number = EXIT.done;
  const cli = program((result) => {
    code = result;
  });
  try {
    await cli.parseAsync(process.argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof XenwrightError) {
      process.stderr.write(describe(error));
      return error.exit;
    }
    process.stderr.write(
      `xenwright: internal fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nThis is a fault of Xenwright itself; please report it with the lines above.\n`,
    );
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
