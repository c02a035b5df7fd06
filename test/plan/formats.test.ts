import { execFileSync } from 'node:child_process';
import { describe as group, expect, it } from 'vitest';
import { describe } from '../../src/actions/table.ts';
import { formats } from '../../src/plan/formats/formats.ts';
import { heredoc, shellLine, shellWord } from '../../src/plan/formats/shell.ts';
import { expectedSeconds } from '../../src/plan/formats/text.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { machineFacts, planOf } from './host.ts';
import { newDisks } from '../../src/plan/storage/graph.ts';

const script = (plan: Plan): string => formats.sh(plan, describe);
/** What bash makes of a piece of script. */
const bash = (text: string, env: Record<string, string> = {}): string =>
  execFileSync('bash', ['--norc', '-euc', text], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });

group('the text of a plan', () => {
  const text = formats.text(planOf(), describe);
  it('shows the disk with its partitions and every volume with its size', () => {
    expect(text).toMatch(/\| 2 +xw-esp +256 MiB +boot loader for UEFI, vfat \/boot\/efi +\|/);
    expect(text).toMatch(/\| +volume group vg_xen1 +\|/);
    expect(text).toMatch(/\| +web1 +web1-srv +1024 MiB +ext4 \/srv +\|/);
    expect(text).toContain('blank: nothing is destroyed');
  });
  it('draws boxes whose lines are of one length', () => {
    const lines = text.split('\n').filter((line) => /^ {2}[|+]/.test(line));
    expect(lines.length).toBeGreaterThan(10);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
  it('says what is destroyed', () => {
    const found = machineFacts('leftovers-md-lvm').disks.find((disk) => disk.holds.length > 0);
    if (found === undefined) throw new Error('no disk with leftovers');
    const plan = planOf([], { ...machineFacts('leftovers-md-lvm'), disks: [{ ...found, sizeMiB: 65_536 }] });
    const shown = formats.text(plan, describe);
    expect(newDisks(plan)[0]?.destroys.length).toBeGreaterThan(0);
    for (const what of newDisks(plan)[0]?.destroys ?? []) expect(shown).toContain(what);
  });
  it('shows the way from the uplink over the bridge to each DomU', () => {
    expect(text).toMatch(
      /enp0s3 --- xenbr0 {2}bridged, 52:54:00:\S+ {2}dhcp4, slaac\n +\|-- web1 {2}00:16:3e:\S+ {2}dhcp4, slaac\n +`-- db1 {2}/,
    );
  });
  it("shows routed and nat bridges as the DomUs' gateways, the host's own addresses on the uplink", () => {
    const shown = formats.text(
      planOf([
        'host.network.bridges=[{ mode: routed, vlan: 7, addresses: [203.0.113.10/32], gateways: [203.0.113.1], onLink: true, guests: { addresses: [10.10.0.1/24, "fd00:10::1/64"] } }]',
      ]),
      describe,
    );
    expect(shown).toMatch(
      /\n {2}enp0s3 VLAN 7 {2}203\.0\.113\.10\/32 via 203\.0\.113\.1\n {2}`-- routed --- xenbr0 {2}52:54:\S+ {2}10\.10\.0\.1\/24, fd00:10::1\/64\n {17}\|-- web1 {2}\S+ {2}dhcp4, slaac\n {17}`-- db1 /,
    );
  });
  it('shows the VLAN and the gateway of a bridged one', () => {
    expect(
      formats.text(
        planOf(['host.network.bridges=[{ vlan: 7, addresses: [192.0.2.10/24], gateways: [192.0.2.1] }]']),
        describe,
      ),
    ).toMatch(/enp0s3 VLAN 7 --- xenbr0 {2}bridged, 52:54:\S+ {2}192\.0\.2\.10\/24 via 192\.0\.2\.1\n/);
  });
  it('says over what zeros are written, and how long that takes', () => {
    const [turning] = machineFacts('sata-ssd-and-hdd').disks.filter(({ rotational }) => rotational);
    if (turning === undefined) throw new Error('no disk that turns');
    const disk = { ...turning, sizeMiB: 65_536, usedBy: [], holds: [], installMarker: null };
    const plan = planOf([], { ...machineFacts('sata-ssd-and-hdd'), disks: [disk] });
    expect(formats.text(plan, describe)).toMatch(
      /\n +15 s {2}web1 +Write zeros over web1-root \(2048 MiB, about 15 s\) {2}\[web1\/wipe\/web1-root\]/,
    );
    expect(script(plan)).toContain('\nblkdiscard --zeroout /dev/vg_xen1/web1-root\nsync /dev/vg_xen1/web1-root\n');
    const quick = planOf([], { ...machineFacts('sata-ssd-and-hdd'), disks: [{ ...disk, zeroesItself: true }] });
    expect(formats.text(quick, describe)).toMatch(/\n +1 s {2}web1 +Have the disk zero web1-root \(2048 MiB\)/);
    expect(expectedSeconds(plan).work - expectedSeconds(quick).work).toBeGreaterThan(30);
  });
  it('does not call an image by the name of a disk that this machine may have', () => {
    expect(text).toContain('Partition the image');
    expect(text).not.toContain('/dev/vda');
  });
  it('says how much memory is missing when it is too little', () => {
    expect(text).toMatch(/free +\d+ MiB/);
    expect(formats.text(planOf(['domus.web1.memory=8G']), describe)).toMatch(/missing +\d+ MiB {2}#+/);
  });
  it('gives the longest chain, which is shorter than all the work', () => {
    const { work, chain } = expectedSeconds(planOf());
    expect(text).toContain(`about ${work} s of work, at least ${chain} s from end to end`);
    expect(chain).toBeLessThan(work);
    expect(chain).toBeGreaterThan(60);
  });
  it('names every action', () => {
    for (const { id, title } of planOf().actions) expect(text).toContain(`${title}  [${id}]`);
  });
});

group('the script of a plan', () => {
  it.each(['lvm', 'plain'])('is one that bash accepts, with every action in it (%s)', (layout) => {
    const plan = planOf([
      `host.storage.layout=${layout}`,
      'host.commands.early=["echo $HOME \'q\'"]',
      'host.commands.late=["echo \\"it\'s\\" `date`"]',
      'domus.web1.boot=direct',
      'domus.web1.files=[{ path: /etc/x, content: "END\\n$TREE `x` \\\\\\n" }]',
    ]);
    const text = script(plan);
    execFileSync('bash', ['-n'], { input: text });
    const places = plan.actions.map(({ id }) => text.indexOf(`\n# ${id}: `));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });
  it('leaves every variable of ours open, and breaks long commands into lines', () => {
    const text = script(
      planOf([
        'host.source.mirror=http://mirror.example/debian',
        'host.source.extra=[{ uri: "http://repo.example/", suite: trixie, components: [main], key: /etc/key.gpg }]',
      ]),
    );
    for (const line of text.split('\n').filter((one) => !one.startsWith('#')))
      expect(line).not.toMatch(/'[^'"]*=\$(BASES|SCRATCH|TREE)[^'"]*'/);
    const commands = text.split('\n').filter((line) => /^(mmdebstrap|mke2fs|sgdisk|inside "\$SCRATCH)/.test(line));
    expect(commands.length).toBeGreaterThan(5);
    expect(Math.max(...commands.map((line) => line.length))).toBeLessThanOrEqual(124);
  });
  it('attaches a tree before it is used and lets go of every tree in the end', () => {
    const lines = script(planOf(['host.storage.layout=plain', 'domus.web1.boot=direct'])).split('\n');
    const open = new Set<string>();
    for (const line of lines) {
      const [, assigned] = /^(TREE|DOM0|BOOT)=\/mnt/.exec(line) ?? [];
      if (assigned !== undefined) expect(open.has(assigned)).toBe(false);
      const [, attached] = /^attach "\$(\w+)"/.exec(line) ?? [];
      if (attached !== undefined) open.add(attached);
      const [, detached] = /^detach "\$(\w+)"/.exec(line) ?? [];
      if (detached !== undefined) expect(open.delete(detached)).toBe(true);
      if (/^(?!attach|detach)\S+ .*"\$TREE\//.test(line)) expect([...open], line).toContain('TREE');
    }
    expect([...open]).toEqual([]);
  });
  it('shows no secret, but asks for each by name', () => {
    const hash = '$6$canarysalt$vVZEyGSSbZEkBGnvkbVVYm8yMI8r0rRMzQJkZpGvXGQ5hSuvMxSSm9ZfYkZsFqTzJg9YGWzQ9bqYwYyuJBXbE.';
    const text = script(planOf([`host.admin.passwordHash=${JSON.stringify(hash)}`]));
    expect(text).not.toContain('canarysalt');
    expect(text).toContain(': "${SECRET_host_admin_passwordHash:?');
    expect(text).toContain('root:${SECRET_host_admin_passwordHash}');
  });
});

group('words of a shell', () => {
  it.each(['plain', 'two words', "it's", '$HOME', '`date`', 'a\nb', '', '\\', '"', '*', '!x'])(
    'mean themselves: %j',
    (word) => {
      expect(bash(`printf %s ${shellWord(word)}`)).toBe(word);
    },
  );
  it('leave our own variables open, and only those at the beginning', () => {
    const env = { TREE: '/t t', BASES: '/b' };
    expect(bash(`printf %s ${shellWord('$TREE/etc/$HOME `x`')}`, env)).toBe('/t t/etc/$HOME `x`');
    expect(bash(`printf %s ${shellWord('--root=$TREE')}`, env)).toBe('--root=/t t');
    expect(bash(`printf %s ${shellWord('if=$BASES/image')}`, env)).toBe('if=/b/image');
    expect(bash(`printf %s ${shellWord(`--setup-hook=cp '$BASES/x' "$1/y" $TREE`)}`, env)).toBe(
      `--setup-hook=cp '/b/x' "$1/y" $TREE`,
    );
    expect(bash(`printf %s ${shellWord('echo $TREE')}`, env)).toBe('echo $TREE');
    expect(bash(`printf %s ${shellWord('$TREE/x', true)}`, env)).toBe('$TREE/x');
  });
  it('are the same words when a long command is broken into lines', () => {
    const words = Array.from({ length: 40 }, (_, index) => `--option${index}='a b'`);
    expect(shellLine(words).split('\n').length).toBeGreaterThan(3);
    expect(bash(`printf '%s\\n' ${shellLine(words)}`)).toBe(
      words.map((word) => `${word.replaceAll("'", '')}\n`).join(''),
    );
  });
  it.each(['plain', 'END\nEND_\nlast', '$HOME `date` \\ "x"', 'tab\there'])(
    'go through a here-document unchanged: %j',
    (text) => {
      const { operator, lines } = heredoc(text, new Set());
      expect(bash(`cat ${operator}\n${lines.join('\n')}`)).toBe(`${text}\n`);
    },
  );
  it('let only the secrets named in a here-document be filled in', () => {
    const { operator, lines } = heredoc(
      'root:$SECRET_host.admin.passwordHash $HOME `x` \\',
      new Set(['host.admin.password', 'host.admin.passwordHash']),
    );
    expect(bash(`cat ${operator}\n${lines.join('\n')}`, { SECRET_host_admin_passwordHash: '$6$x' })).toBe(
      'root:$6$x $HOME `x` \\\n',
    );
  });
});

group('the graph of a plan', () => {
  it('has a node for every action and an edge for every need', () => {
    const plan = planOf();
    const text = formats.dot(plan, describe);
    expect(text).toMatch(/^digraph "xen1.example.org" \{/);
    expect(text.match(/\[label=/g)).toHaveLength(plan.actions.length);
    expect(text.match(/ -> /g)).toHaveLength(plan.actions.reduce((sum, { needs }) => sum + needs.length, 0));
  });
});

group('the JSON of a plan', () => {
  it('is the plan', () => {
    expect(JSON.parse(formats.json(planOf(), describe))).toEqual(planOf());
  });
});

it('a hidden file is a secret of the script, whatever its path', () => {
  const plan = planOf([`host.files=[{"path":"/etc/a b\\"}$(touch x)\\u0027/key","mode":"0600","content":"c4n4ry"}]`]);
  const text = script(plan);
  expect(text).not.toContain('c4n4ry');
  expect(text).toMatch(/: "\$\{SECRET_host_files__etc_a_b\w+:\?host\.files:\/etc\/a b[?]+\S* \S+ of the profile\}"/);
  execFileSync('bash', ['-n'], { input: text });
});
