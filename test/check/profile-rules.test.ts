/** Rules of everything but the network: names, volumes, texts, memory and disks. */
import { expect, test } from 'vitest';
import { findingsWith } from './cases.ts';
import { BRIDGES, table, TWO, type Case } from './rule-table.ts';

table('names', [
  ['a sound profile has no findings', [], []],
  ['two DomUs of one name', TWO('{ name: a }', '{ name: A }'), ['duplicate-name domus[1].name']],
  ['a DomU called host', ['domus.web1.name=host'], ['reserved-name domus[0].name']],
  ['a DomU called dom0', ['domus.web1.name=Dom0'], ['reserved-name domus[0].name']],
  ['a DomU called Domain-0', ['domus.web1.name=Domain-0'], ['reserved-name domus[0].name']],
  ['a DomU with a slash', ['domus.web1.name=a/b'], ['bad-name domus[0].name']],
  ['a DomU whose name is no host name', ['domus.web1.name=web_1'], ['bad-hostname domus[0].hostname']],
  ['such a name with a host name', ['domus.web1.name=web_1', 'domus[0].hostname=web1'], []],
  ["a DomU with the host's host name", ['domus.web1.hostname=xen1'], ['warning same-hostname domus[0].hostname']],
  ['a host name with an underscore', ['host.hostname=xen_1'], ['bad-hostname host.hostname']],
  ['a host name with an empty part', ['host.hostname=xen1..org'], ['bad-hostname host.hostname']],
  ['a host name that looks like an address', ['host.hostname=192.0.2.1'], ['bad-hostname host.hostname']],
  ['a part of 64 characters', [`host.hostname=${'a'.repeat(64)}`], ['bad-hostname host.hostname']],
  ['localhost', ['host.hostname=localhost'], ['bad-hostname host.hostname']],
  ['a volume group with a blank', ['host.storage.volumeGroup=vg 1'], ['bad-volume-group host.storage.volumeGroup']],
  ['a volume group that is a disk', ['host.storage.volumeGroup=sda'], ['bad-volume-group host.storage.volumeGroup']],
  [
    'a volume group with layout plain does not matter',
    ['host.storage.volumeGroup=sda', 'host.storage.layout=plain', 'host.storage.cache=0'],
    [],
  ],
  [
    'a bridge name of 16 characters',
    [BRIDGES('{ name: abcdefghijklmnop }')],
    ['bad-bridge-name host.network.bridges[0].name'],
  ],
  ['a bridge name of 15 characters', [BRIDGES('{ name: abcdefghijklmno }')], []],
  [
    "a bridge called like a guest's interface",
    [BRIDGES('{ name: vif1.0 }')],
    ['bad-bridge-name host.network.bridges[0].name'],
  ],
  [
    'two bridges of one name',
    [BRIDGES('{ name: br0 }', '{ name: br0 }'), 'domus=[]'],
    ['duplicate-name host.network.bridges[1].name'],
  ],
]);

table('volumes', [
  [
    'names that collide after joining',
    TWO(
      '{ name: a-b, disks: { data: [{ name: c, size: 1G, mount: /srv }] } }',
      '{ name: a, disks: { data: [{ name: b-c, size: 1G, mount: /srv }] } }',
    ),
    ['volume-clash domus[1].disks.data[0].name'],
  ],
  [
    'a data disk called root',
    ['domus.web1.disks={data: [{ name: root, size: 1G, mount: /srv }]}'],
    ['volume-clash domus[0].disks.data[0].name'],
  ],
  [
    'two data disks of one name',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /srv }, { name: d, size: 1G, mount: /home }]}'],
    ['volume-clash domus[0].disks.data[1].name'],
  ],
  [
    'a name that LVM keeps',
    ['domus.web1.name=snapshot1'],
    ['bad-volume-name domus[0].name', 'bad-volume-name domus[0].name'],
  ],
  [
    'a data disk with a blank',
    ['domus.web1.disks={data: [{ name: a b, size: 1G, mount: /srv }]}'],
    ['bad-name domus[0].disks.data[0].name'],
  ],
  [
    'a data disk of no size',
    ['domus.web1.disks={data: [{ name: d, size: 0, mount: /srv }]}'],
    ['data-size domus[0].disks.data[0].size'],
  ],
  ...['//', '/boot', '/proc', '/etc/x', '/usr', '/var', '/var/lib', '/var/lib/dpkg'].map((mount): Case => [
    `a data disk at ${mount}`,
    [`domus.web1.disks={data: [{ name: d, size: 1G, mount: ${mount} }]}`],
    ['system-mount domus[0].disks.data[0].mount'],
  ]),
  ...['/var/run/app', '/var/run', '/var/lock/x', '/lib/x', '/bin', '/sbin/x', '/lib64', '/usr/tmp'].map(
    (mount): Case => [
      `a data disk at ${mount}, by a link of the base`,
      [`domus.web1.disks={data: [{ name: d, size: 1G, mount: ${mount} }]}`],
      ['system-mount domus[0].disks.data[0].mount'],
    ],
  ),
  [
    'a data disk by a link to a place that can have one',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /var/spool/mail }]}'],
    ['mount-by-link domus[0].disks.data[0].mount'],
  ],
  [
    'data disks beside those links',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /var/running }, { name: e, size: 1G, mount: /library }]}'],
    [],
  ],
  ...['/srv', '/home', '/root', '/var/lib/postgresql', '/var/www', '/opt/'].map((mount): Case => [
    `a data disk at ${mount}`,
    [`domus.web1.disks={data: [{ name: d, size: 1G, mount: ${mount} }]}`],
    [],
  ]),
  [
    'a mount with a blank',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: "/a b" }]}'],
    ['bad-mount domus[0].disks.data[0].mount'],
  ],
  [
    'a mount with ..',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /srv/../etc }]}'],
    ['bad-mount domus[0].disks.data[0].mount'],
  ],
  [
    'two disks at one place',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /srv }, { name: e, size: 1G, mount: /srv/ }]}'],
    ['duplicate-mount domus[0].disks.data[1].mount'],
  ],
  [
    'more disks than letters',
    [
      `domus.web1.disks={data: [${Array.from({ length: 25 }, (_, index) => `{ name: d${index}, size: 1G, mount: /d${index} }`).join(', ')}]}`,
    ],
    ['many-disks domus[0].disks.data'],
  ],
  ['a /boot without a fixed size', ['host.storage.boot=5%'], ['boot-size host.storage.boot']],
  ['a /boot that is too small', ['host.storage.boot=100M'], ['boot-size host.storage.boot']],
  ['a root that is too small', ['host.storage.root=1G'], ['root-size host.storage.root']],
  [
    "a DomU's root that is too small",
    ['domus.web1.disks={root: { size: 500M }}'],
    ['root-size domus[0].disks.root.size'],
  ],
  ['no swap at all', ['host.storage.swap=0', 'domus.web1.disks={swap: 0}'], []],
  [
    'shares of more than the whole',
    ['host.storage.root=60%', 'domus.web1.disks={root: { size: 40% }}'],
    ['shares-exceed host.storage'],
  ],
  [
    'two that want the rest, one of them the reserve',
    ['host.storage.reserve=rest', 'host.storage.root=rest'],
    ['two-rests host.storage.reserve'],
  ],
  ['guests that may read what was there before', ['host.storage.wipe=none'], ['warning old-bytes host.storage.wipe']],
  ['guests whose disks are files, which are made anew', ['host.storage.wipe=none', 'host.storage.layout=plain'], []],
  ['guests that may not', ['host.storage.wipe=auto'], []],
  [
    'a share of a plain disk',
    ['host.storage.layout=plain', 'domus.web1.disks={swap: 5%}'],
    ['plain-size domus[0].disks'],
  ],
]);

table('texts', [
  ['a time zone in small letters', ['timezone=europe/berlin'], ['unknown-timezone timezone']],
  ['a time zone that is not there', ['timezone=Europe/Berlim'], ['unknown-timezone timezone']],
  ['an older name of a time zone', ['timezone=US/Pacific'], []],
  ['a language that is no locale', ['language=german'], ['bad-language language']],
  ['a language', ['language=de_DE.UTF-8'], []],
  ['a keyboard with quotes', ['keyboard={layout: "us\\""}'], ['bad-keyboard keyboard.layout']],
  ['a time server that is none', ['host.ntp=[pool.ntp.org, "a b"]'], ['bad-server host.ntp[1]']],
  ['a proxy that is none', ['host.proxy=proxy:3128'], ['bad-url host.proxy']],
  ["a quote on Xen's command line", ['host.xen.options=a "b"'], ['bad-xen-options host.xen.options']],
  ["several lines on Xen's command line", ['host.xen.options="a\\nb"'], ['bad-xen-options host.xen.options']],
  ["an escape on Xen's command line", ['host.xen.options="a\\eb"'], ['bad-xen-options host.xen.options']],
  ["braces and a hash on Xen's command line", ["host.xen.options='dom0=pvh # { }'"], []],
  ["Dom0's memory on Xen's command line", ['host.xen.options=dom0_mem=4G'], ['own-xen-option host.xen.options']],
  ['a package with capitals', ['host.packages=[Vim]'], ['bad-package host.packages[0]']],
  ['an option as a package', ['domus.web1.packages=[--force]'], ['bad-package domus[0].packages[0]']],
  ['an unknown release', ['host.release=trixi'], ['unknown-release host.release']],
  ['another release for a DomU', ['domus.web1.release=bookworm'], []],
  ['an unknown release for a DomU', ['domus.web1.release=buster'], ['unknown-release domus[0].release']],
  ['no main', ['host.source.components=[contrib]'], ['no-main host.source.components']],
  [
    'a mirror without security updates',
    ['host.source.mirror=http://deb.example.org/debian'],
    ['warning no-security-mirror host.source.mirror'],
  ],
  ['a keyring that lasts', ['host.source.keyring=/etc/apt/keyrings/own.gpg'], []],
  ['a keyring that is gone after the install', ['host.source.keyring=/tmp/own.gpg'], ['bad-path host.source.keyring']],
  [
    'a key of a repository that is gone after the install',
    ['host.source.extra=[{ uri: "http://a.example/", suite: x, components: [main], key: /run/own.gpg }]'],
    ['bad-path host.source.extra[0].key'],
  ],
  ['two keyrings in one', ['host.source.keyring="/etc/a.gpg,/etc/b.gpg"'], ['bad-path host.source.keyring']],
  ['a keyring by a relative path', ['host.source.keyring=key.gpg'], ['bad-path host.source.keyring']],
  [
    'a mirror with a blank, which apt would take for its end',
    ['host.source.mirror="http://deb.example.org/debian trixie"', 'host.source.securityMirror=none'],
    ['bad-url host.source.mirror'],
  ],
  [
    'a security mirror with a line of its own',
    ['host.source.securityMirror="http://deb.example.org/s\\ndeb http://evil.example/ x main"'],
    ['bad-url host.source.securityMirror'],
  ],
  [
    'a repository with a quote',
    ['host.source.extra=[{ uri: "http://a.example/\\"", suite: x, components: [main] }]'],
    ['bad-url host.source.extra[0].uri'],
  ],
  [
    'a mirror whose path has encoded blanks and a port',
    ['host.source.mirror=http://[2001:db8::1]:3142/deb%20ian', 'host.source.securityMirror=none'],
    [],
  ],
  [
    'a repository that is no URL',
    ['host.source.extra=[{ uri: example, suite: trixie, components: [main] }]'],
    ['bad-url host.source.extra[0].uri'],
  ],
  [
    'a file twice',
    ['host.files=[{ path: /etc/a, content: x }, { path: /etc/a, content: y }]'],
    ['duplicate-file host.files[1].path'],
  ],
  ['a file in /run', ['domus.web1.files=[{ path: /run/a, content: x }]'], ['bad-path domus[0].files[0].path']],
  ['a folder as a file', ['host.files=[{ path: /etc/, content: x }]'], ['bad-path host.files[0].path']],
  ...['name', 'memory', 'disk', 'vif', 'kernel', 'on_crash'].map((key): Case => [
    `the option ${key} of xl.cfg`,
    [`domus.web1.options={${key}: x}`],
    [`own-option domus[0].options.${key}`],
  ]),
  ['an option that is free', ['domus.web1.options={cpus: "2-3", nestedhvm: 1}'], []],
  ...['512.5', '.5', '1e300', '9007199254740993', '-1.5'].map((number): Case => [
    `the number ${number} as an option of xl.cfg`,
    [`domus.web1.options={cpu_weight: ${number}}`],
    ['bad-option domus[0].options.cpu_weight'],
  ]),
  ...['0x10', '0o17', '1e3', '512.0', '-3600', '9007199254740991', '"512.5"'].map((number): Case => [
    `the number ${number} as an option of xl.cfg`,
    [`domus.web1.options={rtc_timeoffset: ${number}}`],
    [],
  ]),
  ['an option that is no key', ['domus.web1.options={"a b": 1}'], ['bad-option domus[0].options.a b']],
]);

table('types, memory and disks', [
  ['PV by GRUB', ['domus.web1.type=pv', 'domus.web1.boot=grub'], ['boot-type domus[0].boot']],
  ['PV by pygrub', ['domus.web1.type=pv', 'domus.web1.boot=pygrub'], []],
  ['PVH by pygrub', ['domus.web1.type=pvh', 'domus.web1.boot=pygrub'], ['boot-type domus[0].boot']],
  ['auto by pygrub', ['domus.web1.boot=pygrub'], ['boot-type domus[0].boot']],
  ['auto by direct', ['domus.web1.boot=direct'], []],
  ['DomUs without Xen', ['host.hypervisor=none'], ['domus-without-xen domus']],
  ['a plain host', ['host.hypervisor=none', 'domus=[]'], []],
  [
    'settings of Xen without Xen',
    ['host.hypervisor=none', 'domus=[]', 'host.xen.memory=2G'],
    ['xen-without-xen host.xen'],
  ],
  ['too little memory for Dom0', ['host.xen.memory=256M'], ['memory-low host.xen.memory']],
  ['too little memory for a DomU', ['domus.web1.memory=64M'], ['memory-low domus[0].memory']],
  ['less memory at most than now', ['domus.web1.memoryMax=256M'], ['below-now domus[0].memoryMax']],
  ['as much at most as now', ['domus.web1.memoryMax=512M', 'domus.web1.vcpusMax=1'], []],
  ['more later', ['domus.web1.memoryMax=8G', 'domus.web1.vcpusMax=4'], []],
  ['more than its start has room to keep track of', ['domus.web1.memoryMax=9G'], ['wide-memory domus[0].memoryMax']],
  ['fewer vCPUs at most than now', ['domus.web1.vcpus=4', 'domus.web1.vcpusMax=2'], ['below-now domus[0].vcpusMax']],
  ['more vCPUs at most than its type has', ['domus.web1.vcpusMax=129'], ['too-many-vcpus domus[0].vcpusMax']],
  ['the key of xl for them', ['domus.web1.options={maxvcpus: 4}'], ['own-option domus[0].options.maxvcpus']],
  [
    'the largest and the smallest disk',
    ['host.storage.disks=[{ largest: true, smallest: true }]'],
    ['contrary-selector host.storage.disks[0]'],
  ],
  [
    'at least more than at most',
    ['host.storage.disks=[{ minSize: 2T, maxSize: 1T }]'],
    ['contrary-selector host.storage.disks[0].minSize'],
  ],
  ["a disk's path that is none", ['host.storage.disks=[{ path: sda }]'], ['bad-path host.storage.disks[0].path']],
]);

test('every finding says what to do', () => {
  const sets = [
    'host.hostname=a_b',
    'domus.web1.name=dom0',
    'timezone=Mars/North',
    'host.release=sid',
    'host.network={bridges: [{ name: abcdefghijklmnopq, mtu: 600, vlan: 4, uplinks: [] }]}',
    'host.storage.boot=1%',
    'domus[0].boot=pygrub',
  ];
  const findings = findingsWith(sets);
  expect(findings.length).toBeGreaterThan(7);
  expect(findings.filter(({ hint }) => hint === undefined)).toEqual([]);
});
