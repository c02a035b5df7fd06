/** `host.admin`, `report`, `install`, `hosts` and the fields at the top. */
import { oneOf, type FieldRows } from './row.ts';

const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN';
const KEY = `ssh-ed25519 ${ED25519}`;
const hosts = (match: string): string => `hosts=[{ match: { ${match} }, set: {} }]`;
const HASH = ['plan', '"secret":"host.admin.passwordHash"'] as const;
const NAME = ['/etc/hostname', 'xen1'] as const;

export const accessRows: FieldRows = {
  language: {
    put: 'language=@',
    wrong: [
      ['german', 'bad-language'],
      ['de_DE.utf8x', 'bad-language'],
      ['en-US', 'bad-language'],
    ],
    right: [
      ['de_DE.UTF-8', 'plan', '"locale":"de_DE.UTF-8"'],
      ['C.UTF-8', 'plan', '"locale":"C.UTF-8"'],
      ['sr_RS.UTF-8@latin', 'plan', 'sr_RS'],
    ],
  },
  'keyboard.layout': {
    put: 'keyboard={layout: @}',
    wrong: [
      ["'us\"'", 'bad-keyboard'],
      ['de us', 'bad-keyboard'],
      ['qwertz', 'bad-keyboard'],
    ],
    right: [
      ['DE', 'default/keyboard', 'XKBLAYOUT="de"'],
      ['uk', 'default/keyboard', 'XKBLAYOUT="gb"'],
      ['german', 'default/keyboard', 'XKBLAYOUT="de"'],
      ['de', 'default/keyboard', 'XKBLAYOUT="de"'],
      ['"us,de"', 'default/keyboard', 'XKBLAYOUT="us,de"'],
      ['gb', 'default/keyboard', 'XKBLAYOUT="gb"'],
    ],
  },
  'keyboard.variant': {
    put: 'keyboard={layout: de, variant: @}',
    wrong: [
      ['no dead keys', 'bad-keyboard'],
      ["'\"'", 'bad-keyboard'],
      ['$x', 'bad-keyboard'],
    ],
    right: [
      ['nodeadkeys', 'default/keyboard', 'XKBVARIANT="nodeadkeys"'],
      ['""', 'default/keyboard', 'XKBVARIANT=""'],
      ['T3', 'default/keyboard', 'XKBVARIANT="T3"'],
    ],
  },
  timezone: {
    put: 'timezone=@',
    wrong: [
      ['Berlin', 'unknown-timezone'],
      ['Europe/Berlim', 'unknown-timezone'],
      ['+02:00', 'invalid-format'],
    ],
    right: [
      ['Europe/Berlin', 'plan', '"timezone":"Europe/Berlin"'],
      ['America/Argentina/Ushuaia', 'plan', '"timezone":"America/Argentina/Ushuaia"'],
      ['Etc/UTC', 'plan', '"timezone":"Etc/UTC"'],
    ],
  },
  interactive: {
    put: 'interactive=[@]',
    wrong: [
      ['disk', 'invalid-value'],
      ['Review', 'invalid-value'],
      ['all', 'invalid-value'],
    ],
    right: [
      ['', ...NAME],
      ['review', ...NAME],
      ['disks, review', ...NAME],
    ],
  },
  'install.overwrite': oneOf('install={overwrite: @}', 'all', [
    ['any', ...NAME],
    ['blank', ...NAME],
  ]),
  'install.reinstall': {
    put: 'install={reinstall: @}',
    wrong: [
      ['once', 'invalid-format'],
      ['"once:"', 'invalid-format'],
      ['once:a b', 'invalid-format'],
      ['true', 'invalid-type'],
    ],
    right: [
      ['always', ...NAME],
      ['once:2026-11-30', ...NAME],
      ['once:x:y', ...NAME],
    ],
  },
  'install.onError': oneOf('install={onError: @}', 'halt', [
    ['shell', ...NAME],
    ['poweroff', ...NAME],
    ['reboot', ...NAME],
  ]),
  'install.onFinish': oneOf('install={onFinish: @}', 'shell', [
    ['hold', ...NAME],
    ['poweroff', ...NAME],
    ['reboot', ...NAME],
  ]),
  'report.webhook.url': {
    put: 'report={webhook: { url: @ }}',
    wrong: [
      ['example.org/hook', 'invalid-format'],
      ['ftp://example.org/', 'invalid-format'],
      ['"https://example.org/#a"', 'bad-url'],
      ['https://example.org/a b', 'bad-url'],
      ['"https://x:99999/"', 'invalid-format'],
      ['"https:example.org"', 'invalid-format'],
    ],
    right: [
      ['https://example.org/hook?a=b', 'report.json', ''],
      ['http://192.0.2.9:8080', 'report.json', ''],
      ['"http://[2001:db8::9]/"', 'report.json', ''],
    ],
  },
  'report.webhook.secret': {
    put: 'report={webhook: { url: "https://example.org/", secret: @ }}',
    wrong: [
      ['short', 'invalid-format'],
      ['"env:a-b"', 'invalid-format'],
      ['"file:"', 'invalid-format'],
      ['12345678', 'invalid-type'],
    ],
    right: [
      ['abcdefgh', 'report.json', ''],
      ['"a: b # c"', 'report.json', ''],
      ['"12345678"', 'report.json', ''],
    ],
  },
  unmatched: oneOf(['unmatched=@', hosts('serial: S-1')], 'ignore', [['continue', ...NAME]]),
  'HostRule.match.mac': {
    put: [hosts('mac: @'), 'unmatched=continue'],
    wrong: [
      ['52:54:00', 'invalid-format'],
      ['525400123456', 'invalid-type'],
      ['[]', 'too-small'],
    ],
    right: [
      ['5254.0012.3456', ...NAME],
      ['52-54-00-12-34-56', ...NAME],
      ['[52:54:00:12:34:56, "525400123457"]', ...NAME],
    ],
  },
  'HostRule.match.serial': {
    put: [hosts('serial: @'), 'unmatched=continue'],
    wrong: [
      ['To be filled by O.E.M.', 'invalid-format'],
      ['1234', 'invalid-type'],
      ['""', 'invalid-format'],
    ],
    right: [
      ['"1234"', ...NAME],
      ['[SN-0001, SN-0002]', ...NAME],
      ['XB-1 / 7', ...NAME],
    ],
  },
  'HostRule.match.uuid': {
    put: [hosts('uuid: @'), 'unmatched=continue'],
    wrong: [
      ['00000000-0000-0000-0000-000000000000', 'invalid-format'],
      ['1234', 'invalid-type'],
      ['not-a-uuid', 'invalid-format'],
    ],
    right: [
      ['4C4C4544-0051-3510-8052-B4C04F4A4D31', ...NAME],
      ['4c4c4544-0051-3510-8052-b4c04f4a4d31', ...NAME],
      ['[4c4c4544-0051-3510-8052-b4c04f4a4d31]', ...NAME],
    ],
  },
  'HostRule.match.product': {
    put: [hosts('product: @'), 'unmatched=continue'],
    wrong: [
      ['System Product Name', 'invalid-format'],
      ['640', 'invalid-type'],
      ['[]', 'too-small'],
    ],
    right: [
      ['PowerEdge R640', ...NAME],
      ['"640"', ...NAME],
      ['[R640, R650]', ...NAME],
    ],
  },
  'HostRule.match.hostname': {
    put: [hosts('hostname: @'), 'unmatched=continue'],
    wrong: [
      ['1', 'invalid-type'],
      ['[]', 'too-small'],
      ['""', 'too-small'],
      ['node 1', 'invalid-format'],
      ['https://node1', 'invalid-format'],
      ['node*', 'invalid-format'],
    ],
    right: [
      ['node1', ...NAME],
      ['node1.example.org', ...NAME],
      ['[node1, node2]', ...NAME],
    ],
  },
  'HostRule.set': {
    put: ['hosts=[{ match: { serial: S-1 }, set: @ }]', 'unmatched=continue'],
    wrong: [
      ['{ version: 2 }', 'invalid-format'],
      ['[]', 'invalid-type'],
      ['{ hosts: [] }', 'invalid-format'],
    ],
    right: [
      ['{}', ...NAME],
      ['{ host: { hostname: xen7 } }', '/etc/hostname', 'xen7'],
      ['{ domus: [{ name: web1, memory: 1G }] }', ...NAME],
    ],
  },
  'Admin.user': {
    put: 'host.admin.user=@',
    wrong: [
      ['Joe', 'invalid-format'],
      ['joe smith', 'invalid-format'],
      ['7joe', 'invalid-format'],
      ['daemon', 'system-user'],
    ],
    right: [
      ['joe', 'plan', '"user":"joe"'],
      ['_joe-2', 'plan', '"user":"_joe-2"'],
      ['null', 'plan', '"user":null'],
    ],
  },
  'Admin.passwordHash': {
    put: 'host.admin.passwordHash=@',
    wrong: [
      ['secret', 'bad-password-hash'],
      ['"!"', 'bad-password-hash'],
      ['$6$salt', 'bad-password-hash'],
      [`$6$rounds=500$abc$${'a'.repeat(86)}`, 'bad-password-hash'],
      [`"$6$a b$${'a'.repeat(86)}"`, 'bad-password-hash'],
      [`$6$0123456789abcdefX$${'a'.repeat(86)}`, 'bad-password-hash'],
      [`$2b$05$abcdefghijklmnopqrstuz${'O'.repeat(31)}`, 'bad-password-hash'],
      [`$2b$99$abcdefghijklmnopqrstuu${'O'.repeat(31)}`, 'bad-password-hash'],
      [`$6$abc$${'a'.repeat(85)}`, 'bad-password-hash'],
      ['$5$abc$' + 'a'.repeat(86), 'bad-password-hash'],
    ],
    right: [
      ['$y$j9T$abcdefgh$IUWJt2doU4Kf6E/JP1UkAT3S5O3Q7SSA8SJirXIlEu9', ...HASH],
      ['$gy$j9T$abcdefgh$Fi3mUfLMwr2ZyDlmydp6rw5RwzYJnsb1LquZlQ2CYq0', ...HASH],
      ['$7$CU..../....abcdefgh$XWs9HxtpA2.6U5CDBBbcW.h3o9pYlC.MIIb8JqMgZx6', ...HASH],
      ['$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a', ...HASH],
      ['$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a', ...HASH],
      [
        '$6$rounds=1000$abc$MqEcPZUYRGGcOeq7PhMpfjfu/F0HrVEI0OlZBijWvO8mSG77iNUDP5MqFceKpJTBc8iITVtNyLiNTRNCxv6oh0',
        ...HASH,
      ],
      ['$6$$2M9DchxW4txWyTYoZrH9D3VvAAQxBpEezYsLY6Cao.jwzEXpyL9xwip9hiUZX7GqTqe/E/z6iKvZqXUuqniQH.', ...HASH],
      ['$5$abc$qsg6EHbUzHQzF1POlD7zUwBINSELQxypPaeDcZe6vH0', ...HASH],
    ],
  },
  'Admin.password': {
    put: ['host.admin.password=@', 'host.admin.passwordHash=null'],
    wrong: [
      ['secret', 'invalid-format'],
      ['env:my-password', 'invalid-format'],
      ['"file:"', 'invalid-format'],
    ],
    right: [
      ['"prompt:"', 'plan', '"secret":"host.admin.password"'],
      ['env:PASSWORD_1', 'plan', '"secret":"host.admin.password"'],
      ['"file:../pass word"', 'plan', '"secret":"host.admin.password"'],
    ],
  },
  'Admin.sshKeys': {
    put: 'host.admin.sshKeys=[@]',
    wrong: [
      ['" "', 'too-small'],
      ['~/.ssh/id_ed25519.pub', 'bad-ssh-key'],
      ['ssh-ed25519', 'bad-ssh-key'],
      [`ssh-rsa ${ED25519}`, 'bad-ssh-key'],
      [`ssh-ed25519 ${ED25519.slice(0, -4)}`, 'bad-ssh-key'],
      ['"-----BEGIN OPENSSH PRIVATE KEY-----"', 'bad-ssh-key'],
      [`"# ${KEY}"`, 'bad-ssh-key'],
      [`admin ${KEY}`, 'bad-ssh-key'],
      [`'no-such-option ${KEY}'`, 'bad-ssh-key'],
      [`'from="10.0.0.0/8 ${KEY}'`, 'bad-ssh-key'],
      [`'from=10.0.0.0/8 ${KEY}'`, 'bad-ssh-key'],
      [`'restrict, pty ${KEY}'`, 'bad-ssh-key'],
    ],
    right: [
      [KEY, 'plan', KEY],
      [`" ${KEY} me\\r\\n"`, 'plan', `"${KEY} me"`],
      [`'restrict,pty ${KEY} a b c'`, 'plan', KEY],
      [`'from="10.0.0.0/8,!10.0.0.1",no-agent-forwarding ${KEY}'`, 'plan', 'no-agent-forwarding'],
      [`'command="echo ssh-rsa \\"x\\"" ${KEY}'`, 'plan', KEY],
      [`'cert-authority,principals="a" ${KEY}'`, 'plan', KEY],
      [`'ENVIRONMENT="A=b",expiry-time="20301231" ${KEY} # x'`, 'plan', KEY],
    ],
  },
};
