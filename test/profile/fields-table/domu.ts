/** `domus`: what a guest gets, its system and checks. */
import { oneOf, yesOrNo, type FieldRows } from './row.ts';

const health = (fields: string): string => `domus.web1.health=[{ ${fields} }]`;
const share = (field: string, typed: string): string => {
  const fields = { from: 'db1', name: 'data', mount: '/srv', [field]: typed };
  return `domus.web1.shares=[{ ${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }]`;
};
const image = (fields: string): string => `domus.web1.image={ ${fields} }`;
const CFG = 'xen/web1.cfg';
const RECORD = 'domus/web1.json';
const CHECK = 'health.d/01';
const COMING = 'the feature is not supported yet';

const duration = (
  field: string,
  inRecord: string,
  wrong: readonly (readonly [string, string])[],
): FieldRows[string] => ({
  put: `domus.web1.${field}=@`,
  wrong: [
    ['30', 'invalid-format'],
    ['30sec', 'invalid-format'],
    ['1m30s', 'invalid-format'],
    ['-1s', 'invalid-format'],
    ...wrong,
  ],
  right: [
    ['1.5m', RECORD, `"${inRecord}": 90,`],
    ['250ms', RECORD, `"${inRecord}": 0.25,`],
    ['1 h', RECORD, `"${inRecord}": 3600,`],
  ],
});

export const domuRows: FieldRows = {
  'Domu.name': {
    put: 'domus=[{ name: @, hostname: web9 }]',
    wrong: [
      ['web 1', 'bad-name'],
      ['web/1', 'bad-name'],
      ['-web', 'bad-name'],
      ['Domain-0', 'reserved-name'],
      ['host', 'reserved-name'],
      ['wéb', 'bad-name'],
      ['1', 'invalid-type'],
      ['web:1', 'bad-name'],
      ['a'.repeat(61), 'bad-name'],
    ],
    right: [
      ['7zip', 'xen/7zip.cfg', 'name = "7zip"'],
      ['a.b_c+d-e', 'xen/a.b_c+d-e.cfg', 'name = "a.b_c+d-e"'],
      ['WEB', 'xen/WEB.cfg', 'name = "WEB"'],
      ['"2"', 'xen/2.cfg', 'name = "2"'],
      ['x', 'xen/x.cfg', '/x-root,raw,xvda,rw'],
    ],
  },
  'Domu.type': oneOf('domus.web1.type=@', 'paravirt', [
    ['pv', CFG, 'type = "pv"'],
    ['hvm', CFG, 'type = "hvm"'],
    ['pvh', CFG, 'type = "pvh"'],
  ]),
  'Domu.boot': oneOf('domus.web1.boot=@', 'grub2', [
    ['direct', CFG, 'ramdisk = "'],
    ['grub', CFG, 'grub-i386-xen_pvh.bin'],
  ]),
  'Domu.memory': {
    put: 'domus.web1.memory=@',
    wrong: [
      ['512', 'invalid-format'],
      ['512m', 'invalid-format'],
      ['64M', 'memory-low'],
      ['1 gig', 'invalid-format'],
      ['10%', 'invalid-format'],
      ['1KB', 'invalid-format'],
      ['999999999999T', 'invalid-format'],
    ],
    right: [
      ['192M', CFG, 'memory = 192\n'],
      ['0.5G', CFG, 'memory = 512\n'],
      ['512MB', CFG, 'memory = 488\n'],
      ['1 GiB', CFG, 'memory = 1024\n'],
    ],
  },
  'Domu.vcpus': {
    put: 'domus.web1.vcpus=@',
    wrong: [
      ['0', 'too-small'],
      ['"2"', 'invalid-type'],
      ['0.5', 'invalid-type'],
      ['64', 'warning many-vcpus'],
      ['129', 'too-many-vcpus'],
      ['1e3', 'too-many-vcpus'],
    ],
    right: [
      ['1', CFG, 'vcpus = 1\n'],
      ['2.0', CFG, 'vcpus = 2\n'],
      ['128', CFG, 'vcpus = 128\n'],
    ],
  },
  'Domu.memoryMax': {
    put: 'domus.web1.memoryMax=@',
    wrong: [
      ['1024', 'invalid-format'],
      ['191M', 'below-now'],
      ['1T', 'wide-memory'],
      ['200%', 'invalid-format'],
    ],
    right: [
      ['512M', CFG, 'maxmem = 512\n'],
      ['1.5G', CFG, 'maxmem = 1536\n'],
      ['2 GiB', CFG, 'maxmem = 2048\n'],
    ],
  },
  'Domu.vcpusMax': {
    put: 'domus.web1.vcpusMax=@',
    wrong: [
      ['0', 'too-small'],
      ['"2"', 'invalid-type'],
      ['129', 'too-many-vcpus'],
    ],
    right: [
      ['1', CFG, 'maxvcpus = 1\n'],
      ['2.0', CFG, 'maxvcpus = 2\n'],
      ['128', CFG, 'maxvcpus = 128\n'],
    ],
  },
  'Domu.autostart': yesOrNo('domus.web1.autostart=@', [
    ['false', RECORD, '"autostart": false'],
    ['true', RECORD, '"autostart": true'],
  ]),
  'Domu.order': {
    put: 'domus.web1.order=@',
    wrong: [
      ['-1', 'too-small'],
      ['1.5', 'invalid-type'],
      ['first', 'invalid-type'],
      ['"10"', 'invalid-type'],
    ],
    right: [
      ['0', RECORD, '"order": 0,'],
      ['010', RECORD, '"order": 10,'],
      ['1e3', RECORD, '"order": 1000,'],
    ],
  },
  'Domu.startDelay': duration('startDelay', 'startDelaySeconds', [['5', 'invalid-format']]),
  'Domu.stopTimeout': duration('stopTimeout', 'stopTimeoutSeconds', [['never', 'invalid-format']]),
  'Domu.onCrash': oneOf('domus.web1.onCrash=@', 'reboot', [
    ['coredump-destroy', CFG, 'on_crash = "coredump-destroy"'],
    ['preserve', CFG, 'on_crash = "preserve"'],
    ['destroy', CFG, 'on_crash = "destroy"'],
  ]),
  'Domu.distribution': oneOf('domus.web1.distribution=@', 'ubuntu', [['debian', CFG, 'web1']]),
  'Domu.release': {
    put: 'domus.web1.release=@',
    wrong: [
      ['buster', 'unknown-release'],
      ['Bookworm', 'unknown-release'],
      ['12', 'invalid-type'],
    ],
    right: [
      ['bookworm', 'web1:xenwright.sources', 'Suites: bookworm'],
      ['trixie', 'web1:xenwright.sources', 'Suites: trixie'],
      ['forky', 'web1:xenwright.sources', 'Suites: forky'],
    ],
  },
  'Domu.image.source': {
    put: image('source: @'),
    wrong: [
      ['""', 'too-small'],
      ['1', 'invalid-type'],
      ['a.img', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.image.sha256': {
    put: image('source: a, sha256: @'),
    wrong: [
      ['abc', 'invalid-format'],
      ['1', 'invalid-type'],
      ['null', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.image.format': {
    put: image('source: a, format: @'),
    wrong: [
      ['iso', 'invalid-value'],
      ['RAW', 'invalid-value'],
      ['raw', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.image.seed': {
    put: image('source: a, seed: @'),
    wrong: [
      ['cloud', 'invalid-value'],
      ['None', 'invalid-value'],
      ['none', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.cdrom': {
    put: 'domus.web1.cdrom=@',
    wrong: [
      ['""', 'too-small'],
      ['true', 'invalid-type'],
      ['medium', 'not-supported-yet'],
    ],
    right: [['null', CFG, 'web1']],
    few: COMING,
  },
  'Domu.hostname': {
    put: 'domus.web1.hostname=@',
    wrong: [
      ['web_1', 'bad-hostname'],
      ['web1.', 'bad-hostname'],
      ['10.0.0.1', 'bad-hostname'],
      ['xen1.example.org', 'warning same-hostname'],
    ],
    right: [
      ['web1.example.org', 'web1:/etc/hostname', 'web1\n'],
      ['W', 'web1:/etc/hostname', 'W\n'],
      ['1web', 'web1:/etc/hostname', '1web\n'],
    ],
  },
  'Domu.packages': {
    put: 'domus.web1.packages=[@]',
    wrong: [
      ['nginx-', 'bad-package'],
      ['--force', 'bad-package'],
      ['Nginx', 'bad-package'],
    ],
    right: [
      ['g++', 'plan', '"g++"'],
      ['nginx:amd64', 'plan', '"nginx:amd64"'],
      ['2048', 'plan', '"2048"'],
    ].map(([typed = '', file = '', holds = '']) => [typed === '2048' ? '"2048"' : typed, file, holds] as const),
  },
  'Domu.health.tcp': {
    put: health('tcp: @'),
    wrong: [
      ['0', 'too-small'],
      ['65536', 'too-big'],
      ['"80"', 'invalid-type'],
      ['http', 'invalid-type'],
    ],
    right: [
      ['1', RECORD, '"tcp": 1\n'],
      ['65535', RECORD, '"tcp": 65535\n'],
      ['080', RECORD, '"tcp": 80\n'],
    ],
  },
  'Domu.health.http': {
    put: health('http: @'),
    wrong: [
      ['localhost/health', 'invalid-format'],
      ['ftp://localhost/', 'invalid-format'],
      ['"http://local host/"', 'invalid-format'],
      ['http://localhost:99999/', 'invalid-format'],
      ['"http://localhost/a b"', 'bad-url'],
      ['"http:localhost"', 'invalid-format'],
      ['"http://localhost/ä"', 'bad-url'],
    ],
    right: [
      ['http://localhost/', RECORD, '"http": "http://localhost/"'],
      ['"https://[::1]:8443/a?b=c&d"', RECORD, '"https://[::1]:8443/a?b=c&d"'],
      ['HTTP://localhost', RECORD, '"http": "HTTP://localhost"'],
    ],
  },
  'Domu.health.status': {
    put: health('http: "http://localhost/", status: @'),
    wrong: [
      ['20', 'too-small'],
      ['600', 'too-big'],
      ['"200"', 'invalid-type'],
      ['2xx', 'invalid-type'],
    ],
    right: [
      ['204', RECORD, '"status": 204'],
      ['401', RECORD, '"status": 401'],
      ['100', RECORD, '"status": 100'],
    ],
  },
  'Domu.health.unit': {
    put: health('unit: @'),
    wrong: [
      ['"nginx ssh"', 'bad-unit'],
      ['/etc/nginx', 'bad-unit'],
      ['"-x"', 'bad-unit'],
      ['"a\\nb"', 'bad-unit'],
      ['"@.service"', 'bad-unit'],
      ['"*"', 'bad-unit'],
    ],
    right: [
      ['nginx', CHECK, "is-active --quiet 'nginx'"],
      ['postgresql@15-main.service', CHECK, "'postgresql@15-main.service'"],
      ["'srv-a\\x20b.mount'", CHECK, String.raw`'srv-a\x20b.mount'`],
      ['apt-daily.timer', CHECK, "'apt-daily.timer'"],
    ],
  },
  'Domu.health.run': {
    put: health('run: @'),
    wrong: [
      ['""', 'too-small'],
      ['true', 'invalid-type'],
      ['"a\\0b"', 'invalid-format'],
    ],
    right: [
      ['"echo one\\necho two"', CHECK, '\necho one\necho two'],
      ["'test -e /run/x && true'", CHECK, 'test -e /run/x && true'],
      ['"# remark\\ntrue"', CHECK, '# remark\ntrue'],
    ],
  },
  'Domu.shares.from': {
    put: share('from', '@'),
    wrong: [
      ['1', 'invalid-type'],
      ['""', 'too-small'],
      ['db1', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.shares.name': {
    put: share('name', '@'),
    wrong: [
      ['1', 'invalid-type'],
      ['""', 'too-small'],
      ['data', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.shares.mount': {
    put: share('mount', '@'),
    wrong: [
      ['1', 'invalid-type'],
      ['""', 'too-small'],
      ['/srv', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.shares.mode': {
    put: share('mode', '@'),
    wrong: [
      ['read', 'invalid-value'],
      ['RW', 'invalid-value'],
      ['rw', 'not-supported-yet'],
    ],
    right: [],
    few: COMING,
  },
  'Domu.options': {
    put: 'domus.web1.options={@}',
    wrong: [
      ['memory: 512', 'own-option'],
      ['"a b": 1', 'bad-option'],
      ['cpus: [2, 3]', 'invalid-type'],
      ['CPUS: "2"', 'bad-option'],
      ['rtc_timeoffset: 512.5', 'bad-option'],
      ['cpus: null', 'invalid-type'],
    ],
    right: [
      ['cpus: "2-3,^2"', CFG, 'cpus = "2-3,^2"'],
      ['cpu_weight: 512', CFG, 'cpu_weight = 512'],
      // xl's reader takes a sign only in a text.
      ['rtc_timeoffset: -3600', CFG, 'rtc_timeoffset = "-3600"'],
      ["vnclisten: 'a\"b\\c'", CFG, String.raw`vnclisten = "a\"b\\c"`],
      ['nestedhvm: true', CFG, 'nestedhvm = 1'],
    ],
  },
};
