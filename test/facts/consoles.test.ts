import { describe, expect, test } from 'vitest';
import { parseSpcr, probeConsoles } from '../../src/facts/consoles.ts';
import type { ConsoleFacts } from '../../src/facts/facts.ts';
import { probeFacts } from '../../src/facts/probe.ts';
import type { DiskProbePort } from '../../src/facts/probe-port.ts';

interface Machine {
  /** Consoles of the kernel; the last one is /dev/console. */
  readonly active?: string;
  readonly cmdline?: string;
  /** Addresses of the registers of ttyS0, ttyS1 …, as sysfs tells them to root. */
  readonly ports?: Readonly<Record<string, string>>;
  readonly types?: Readonly<Record<string, string>>;
  /** What stty says. */
  readonly speeds?: Readonly<Record<string, string>>;
  readonly spcr?: string;
  /** What standard input is. */
  readonly terminal?: string;
  /** Processes: parent, and the number of the terminal. */
  readonly processes?: Readonly<Record<string, readonly [number, number]>>;
  readonly graphics?: readonly string[];
  readonly drm?: readonly string[];
}

function portOf(machine: Machine): DiskProbePort {
  const {
    active,
    cmdline = '',
    ports = {},
    types = {},
    speeds = {},
    spcr,
    terminal,
    processes = {},
    graphics = [],
    drm = [],
  } = machine;
  const texts: Readonly<Record<string, string | undefined>> = {
    '/sys/class/tty/console/active': active,
    '/proc/cmdline': cmdline,
    ...Object.fromEntries(
      Object.entries(processes).map(([id, [parent, number]]) => [
        `/proc/${id}/stat`,
        `${id} (a) b) S ${parent} 1 1 ${number} -1 4194304 0\n`,
      ]),
    ),
    ...Object.fromEntries(Object.entries(ports).map(([name, text]) => [`/sys/class/tty/${name}/port`, `${text}\n`])),
    ...Object.fromEntries(Object.entries(types).map(([name, text]) => [`/sys/class/tty/${name}/type`, `${text}\n`])),
  };
  const folders: Readonly<Record<string, readonly string[]>> = {
    '/sys/class/tty': ['console', 'tty0', ...Object.keys(ports)],
    '/sys/class/graphics': graphics,
    '/sys/class/drm': drm,
  };
  return {
    read: async (path) => texts[path] ?? null,
    readHex: async (path) => (path.endsWith('/SPCR') ? (spcr ?? null) : null),
    list: async (path) => folders[path] ?? [],
    device: async () => null,
    claim: async () => 'unknown',
    mountTables: async () => [],
    openFiles: async () => [],
    link: async (path) => (path === '/proc/self/fd/0' ? (terminal ?? null) : null),
    run: async ([command, , device = '']) =>
      command === 'stty' ? (speeds[device.replace('/dev/', '')] ?? null) : null,
  };
}

const consolesOf = async (
  machine: Machine,
  pci: readonly string[] = [],
  used?: string | null,
): Promise<ConsoleFacts | undefined> => await probeConsoles(portOf(machine), pci, used);
const VGA = '030000';

/** A table as firmware has it: a 16550 at an address, and a code for its speed. */
function spcr({
  type = 0,
  space = 1,
  address = 0x3f8,
  speed = 7,
}: { type?: number; space?: number; address?: number; speed?: number } = {}): string {
  const table = Buffer.alloc(80);
  table.write('SPCR', 'latin1');
  table.writeUInt8(type, 36);
  table.writeUInt8(space, 40);
  table.writeBigUInt64LE(BigInt(address), 44);
  table.writeUInt8(speed, 58);
  return table.toString('hex');
}

describe('the consoles of a machine', () => {
  test("a serial line that the installer is shown on counts, with the speed of the kernel's command line", async () => {
    expect(
      await consolesOf(
        {
          active: 'tty0 ttyS0\n',
          cmdline: 'quiet console=tty0 console=ttyS0,57600n8',
          ports: { ttyS0: '0x3F8', ttyS1: '0x2F8' },
        },
        ['0x030000'],
      ),
    ).toEqual({ screen: true, serial: [{ name: 'ttyS0', ioPort: 0x3f8, baud: 57_600, by: 'kernel' }] });
  });

  test('of several the one that is /dev/console comes first, unless a person uses another', async () => {
    const machine = {
      active: 'ttyS0 ttyS1',
      cmdline: 'console=ttyS0,115200 console=ttyS1,9600',
      ports: { ttyS0: '0x3F8', ttyS1: '0x2F8' },
    };
    expect((await consolesOf(machine))?.serial.map(({ name, by }) => `${name} ${by}`)).toEqual([
      'ttyS1 kernel',
      'ttyS0 kernel',
    ]);
    expect(
      (await consolesOf({ ...machine, terminal: '/dev/ttyS0' }))?.serial.map(({ name, by }) => `${name} ${by}`),
    ).toEqual(['ttyS0 use', 'ttyS1 kernel']);
    expect((await consolesOf(machine, [], 'ttyS0'))?.serial.map(({ name }) => name)).toEqual(['ttyS0', 'ttyS1']);
    // Nobody: whichever console this process happens to stand on was not chosen by anybody.
    expect(
      (await consolesOf({ ...machine, terminal: '/dev/ttyS0' }, [], null))?.serial.map(({ name }) => name),
    ).toEqual(['ttyS1', 'ttyS0']);
  });

  test('a login on a serial line that the kernel knows nothing of counts, with the speed it is set to', async () => {
    expect(
      await consolesOf(
        {
          active: 'tty0',
          cmdline: 'quiet',
          terminal: '/dev/ttyS1',
          ports: { ttyS1: '0x2F8' },
          speeds: { ttyS1: '19200\n' },
        },
        [VGA],
      ),
    ).toEqual({ screen: true, serial: [{ name: 'ttyS1', ioPort: 0x2f8, baud: 19_200, by: 'use' }] });
  });

  test('who sits at a serial line is found behind sudo, which gives what it starts a terminal of its own', async () => {
    const [pts0, ttyS0, tty1] = [0x8800, 0x440, 0x401];
    const used = async (processes: Machine['processes']): Promise<unknown> =>
      (
        await consolesOf(
          {
            active: 'tty0',
            terminal: '/dev/pts/0',
            ports: { ttyS0: '0x3F8' },
            ...(processes === undefined ? {} : { processes }),
          },
          [VGA],
        )
      )?.serial.map(({ name, by }) => `${name} ${by}`);
    expect(await used({ self: [30, pts0], 30: [20, ttyS0], 20: [1, 0], 1: [0, 0] })).toEqual(['ttyS0 use']);
    expect(await used({ self: [30, pts0], 30: [20, tty1], 20: [1, 0], 1: [0, 0] })).toEqual([]);
    // A circle cannot be, and ends all the same.
    expect(await used({ self: [30, 0], 30: [30, 0] })).toEqual([]);
  });

  test.each(['/dev/pts/3', '/dev/tty1', '/dev/hvc0', '/dev/ttyAMA0', '/dev/null'])(
    '%s is no serial line',
    async (terminal) => {
      expect(await consolesOf({ active: 'tty0', terminal }, [VGA])).toEqual({ screen: true, serial: [] });
    },
  );

  test('neither are consoles of virtual machines and of the network', async () => {
    expect(
      await consolesOf({ active: 'tty0 netcon0 hvc0 ttyAMA0', cmdline: 'console=hvc0 console=ttyAMA0,115200' }),
    ).toEqual({ screen: false, serial: [] });
  });

  test("a console without a speed has the kernel's, and another where the port says so", async () => {
    const machine = { active: 'ttyS0', cmdline: 'console=ttyS0', ports: { ttyS0: '0x3F8' } };
    expect((await consolesOf(machine))?.serial).toMatchObject([{ baud: 9600 }]);
    expect((await consolesOf({ ...machine, speeds: { ttyS0: '38400\n' } }))?.serial).toMatchObject([{ baud: 38_400 }]);
    expect((await consolesOf({ ...machine, speeds: { ttyS0: '0\n' } }))?.serial).toMatchObject([{ baud: 9600 }]);
  });

  test('a line that has no chip is none', async () => {
    expect(
      (
        await consolesOf({
          active: 'tty0 ttyS0',
          cmdline: 'console=ttyS0,115200',
          ports: { ttyS0: '0x3F8' },
          types: { ttyS0: '0' },
        })
      )?.serial,
    ).toEqual([]);
    expect(
      (
        await consolesOf({
          active: 'tty0 ttyS0',
          cmdline: 'console=ttyS0,115200',
          ports: { ttyS0: '0x3F8' },
          types: { ttyS0: '4' },
        })
      )?.serial,
    ).toHaveLength(1);
  });

  test('who is not root is not told where the first four are, and knows it', async () => {
    expect((await consolesOf({ active: 'ttyS2 ttyS4' }))?.serial.map(({ name, ioPort }) => [name, ioPort])).toEqual([
      ['ttyS4', null],
      ['ttyS2', 0x3e8],
    ]);
  });

  test('a port on a card has its own address, one in memory none', async () => {
    expect((await consolesOf({ active: 'ttyS4', ports: { ttyS4: '0xE060' } }))?.serial).toMatchObject([
      { name: 'ttyS4', ioPort: 0xe060 },
    ]);
    expect((await consolesOf({ active: 'ttyS4', ports: { ttyS4: '0x0' } }))?.serial).toMatchObject([
      { name: 'ttyS4', ioPort: null },
    ]);
  });

  test("a screen is what can show a picture: Linux's virtual terminals are there without one", async () => {
    expect((await consolesOf({ active: 'tty0' }))?.screen).toBe(false);
    expect((await consolesOf({ active: 'tty0' }, ['0x020000', '0x060400']))?.screen).toBe(false);
    expect((await consolesOf({ active: 'ttyS0' }, [VGA]))?.screen).toBe(true);
    expect((await consolesOf({ active: 'ttyS0' }, ['0x038000']))?.screen).toBe(true);
    expect((await consolesOf({ active: 'tty0', graphics: ['fb0', 'fbcon'] }))?.screen).toBe(true);
    expect((await consolesOf({ active: 'tty0', graphics: ['fbcon'], drm: ['version'] }))?.screen).toBe(false);
    expect((await consolesOf({ active: 'tty0', drm: ['card0', 'card0-VGA-1', 'version'] }))?.screen).toBe(true);
  });

  test('where nothing tells what consoles there are, nothing is said of them', async () => {
    expect(await consolesOf({})).toBeUndefined();
  });
});

describe("the firmware's own console", () => {
  test('counts after all others, by the name that Linux has for its port', async () => {
    const machine = {
      active: 'tty0',
      ports: { ttyS0: '0x2F8', ttyS1: '0x3F8' },
      spcr: spcr({ address: 0x2f8, speed: 6 }),
    };
    expect((await consolesOf(machine, [VGA]))?.serial).toEqual([
      { name: 'ttyS0', ioPort: 0x2f8, baud: 57_600, by: 'firmware' },
    ]);
    expect((await consolesOf({ ...machine, ports: {} }, [VGA]))?.serial).toMatchObject([
      { name: 'ttyS1', by: 'firmware' },
    ]);
    expect(
      (await consolesOf({ ...machine, active: 'tty0 ttyS1', cmdline: 'console=ttyS1,115200' }, [VGA]))?.serial.map(
        ({ name, by }) => `${name} ${by}`,
      ),
    ).toEqual(['ttyS1 kernel', 'ttyS0 firmware']);
  });

  test('is named once, however many name it', async () => {
    expect(
      (
        await consolesOf({
          active: 'tty0 ttyS0',
          cmdline: 'console=ttyS0,19200',
          terminal: '/dev/ttyS0',
          ports: { ttyS0: '0x3F8' },
          spcr: spcr(),
        })
      )?.serial,
    ).toEqual([{ name: 'ttyS0', ioPort: 0x3f8, baud: 19_200, by: 'use' }]);
  });

  test.each([
    ['a 16550', spcr(), { ioPort: 0x3f8, baud: 115_200 }],
    ['a 16450 at 9600 baud', spcr({ type: 1, speed: 3 }), { ioPort: 0x3f8, baud: 9600 }],
    [
      'a 16550 in the general form, at COM2 and 19200',
      spcr({ type: 0x12, address: 0x2f8, speed: 4 }),
      { ioPort: 0x2f8, baud: 19_200 },
    ],
    ['a speed that is kept as it was', spcr({ speed: 0 }), { ioPort: 0x3f8, baud: null }],
    ['redirection that is off', spcr({ address: 0 }), null],
    ['registers in memory', spcr({ space: 0, address: 0xfedc9000 }), null],
    ['an ARM chip', spcr({ type: 3 }), null],
    ['another table', spcr().replace(/^53504352/, '44424732'), null],
    ['a table that is cut off', spcr().slice(0, 100), null],
    ['nothing', '', null],
  ])('%s', (_, hex, expected) => {
    expect(parseSpcr(hex)).toEqual(expected);
  });
});

test('facts of a machine have its consoles, and those of one that tells nothing have none', async () => {
  expect((await probeFacts(portOf({ active: 'ttyS0', cmdline: 'console=ttyS0,115200' }))).consoles).toEqual({
    screen: false,
    serial: [{ name: 'ttyS0', ioPort: 0x3f8, baud: 115_200, by: 'kernel' }],
  });
  expect(await probeFacts(portOf({}))).not.toHaveProperty('consoles');
});
