/** A profile that has every map of the schema, for tests that go over all fields. */
/** None of the values is a default. */
export const wholeText = `
version: 1
language: de_DE.UTF-8
keyboard: { layout: de, variant: nodeadkeys }
timezone: Europe/Berlin
interactive: [review]
install: { overwrite: any, reinstall: always, onError: shell, onFinish: hold }
host:
  hostname: xen1
  distribution: fedora
  release: forky
  hypervisor: none
  ntp: [pool.ntp.org]
  proxy: http://proxy:3128
  firmwarePackages: none
  tools: true
  source: &source
    mirror: http://mirror.example/debian
    securityMirror: none
    components: [main]
    extra: [{ uri: http://apt.example, suite: trixie, components: [main], key: key.asc }]
    keyring: /etc/apt/keyrings/own.gpg
    medium: cdrom
    copyMedium: false
    serveMedium: true
  storage:
    firmware: bios
    disks: [{ serial: A, count: 2 }]
    layout: btrfs
    raid: 1
    encryption: { passphrase: "prompt:", unlock: ssh }
    filesystem: xfs
    volumeGroup: vg0
    boot: 2G
    root: 9G
    swap: 2G
    cache: 9G
    reserve: 20%
    wipe: none
    keep: [{ vg: vg0, lv: srv }]
  network:
    bridges:
      - name: br0
        mode: routed
        uplinks: [{ mac: "52:54:00:12:34:56" }, { name: enp1s0 }, { pci: "0000:03:00.0" }]
        bond: { mode: 802.3ad }
        vlan: 7
        trunk: true
        addresses: [192.0.2.10/24]
        gateways: [192.0.2.1]
        onLink: true
        routes: [{ to: 10.0.0.0/8, via: 192.0.2.254 }]
        dns: [192.0.2.53]
        mtu: 9000
        guests: { addresses: [10.10.0.1/24], dhcp: false }
    pinNics: false
  xen: { memory: 2G, vcpus: 2, console: vga, options: spec-ctrl=no }
  admin: &admin { user: admin, passwordHash: $6$x, password: "env:PW", sshKeys: [ssh-ed25519 AAAA] }
  packages: [vim]
  files: &files [{ path: /etc/motd, content: Hello, mode: "0600", owner: admin }]
  commands: &commands
    early: [date]
    late: [{ run: date, timeout: 1m, onError: continue }]
    firstBoot: [{ run: date, timeout: 1m, onError: continue }]
report: { webhook: { url: http://reports.example/, secret: "env:SECRET" } }
domus:
  - name: web1
    type: pvh
    boot: grub
    memory: 1G
    memoryMax: 2G
    vcpus: 2
    vcpusMax: 3
    autostart: false
    order: 10
    startDelay: 5s
    stopTimeout: 1m
    onCrash: destroy
    distribution: none
    release: bookworm
    source: { <<: *source, mirror: http://other.example/debian }
    image: { source: /srv/x.img, sha256: ${'a'.repeat(64)}, format: qcow2, seed: nocloud }
    cdrom: medium
    disks:
      root: { size: 8G, filesystem: xfs }
      swap: 1G
      data: [{ name: srv, size: 20G, mount: /srv, filesystem: xfs }]
    network:
      - bridge: br0
        mac: "00:16:3e:12:34:56"
        vlan: 9
        addresses: [10.10.0.2/24]
        gateways: [10.10.0.1]
        onLink: true
        dns: [192.0.2.53]
        antispoof: true
    hostname: www
    admin: { <<: *admin, user: other }
    packages: [nginx]
    files: *files
    commands: { late: [date], firstBoot: [date] }
    health: [{ tcp: 80 }, { http: http://localhost/, status: 204 }, { unit: nginx }, { run: "true" }]
    shares: [{ from: db1, name: data, mount: /srv/data, mode: ro }]
    options: { cpu_weight: 512 }
`;
