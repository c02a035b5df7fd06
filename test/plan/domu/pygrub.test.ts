import { describe, expect, it } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { xlConfig } from '../../../src/plan/domu/xl-config.ts';
import { planOf } from '../host.ts';
import { fileIn, has, modelOf } from '../trees/model.ts';
import type { FileNode } from '../../../src/plan/storage/devices/file.ts';
import { madeBy } from '../storage/devices.ts';

const RULE = '/etc/udev/rules.d/90-xenwright-pygrub.rules';

describe('pygrub', () => {
  it('runs restricted, as a user of its own', () => {
    const model = modelOf();
    expect(xlConfig(model, model.domus[1]!)).toContain(
      'bootloader = "pygrub"\nbootloader_restrict = 1\nbootloader_user = "xen-pygrub"\n',
    );
    expect(xlConfig(model, model.domus[0]!)).not.toContain('bootloader');
  });
  it('is told so by its own options where Xen has no word for it', () => {
    const model = modelOf(['host.release=bookworm']);
    const text = xlConfig(model, model.domus[1]!);
    expect(text).toContain('bootloader = "pygrub"\nbootloader_args = [ "--runas=70443", "--quiet" ]\n');
    expect(text).not.toContain('bootloader_restrict');
  });
  it('has its user, whom no login takes, and reads the root volumes of DomUs and no others', () => {
    const tree = dom0Tree(modelOf(['host.storage.volumeGroup=vg-a']));
    expect(fileIn(tree, '/etc/sysusers.d/xenwright.conf')).toContain(
      '\nu xen-pygrub 70443 "Reads the kernels of PV guests" / /usr/sbin/nologin\n',
    );
    const [, volume = ''] =
      /ENV\{DM_VG_NAME\}=="vg-a", ENV\{DM_LV_NAME\}=="([^"]+)", GROUP="70443", MODE="0640"/.exec(fileIn(tree, RULE)) ??
      [];
    const matches = (name: string): boolean =>
      new RegExp(`^${volume.replace('?', '.').replace('*', '.*')}$`).test(name);
    expect(
      ['web1-root', 'a-b-root', 'root', 'swap', 'cache', 'medium', 'web1-swap', 'web1-srv'].filter(matches),
    ).toEqual(['web1-root', 'a-b-root']);
  });
  it('reads the files that are the roots of its DomUs, and no others', () => {
    const changes = ['host.storage.layout=plain', 'domus.web1.type=pvh'];
    const group = (id: string): number | undefined => madeBy<FileNode>(planOf(changes), id).group;
    expect([group('db1/file/db1-root'), group('web1/file/web1-root'), group('web1/file/web1-swap')]).toEqual([
      70_443,
      undefined,
      undefined,
    ]);
    expect(has(dom0Tree(modelOf(changes)), RULE)).toBe(false);
  });
  it('is not there without Xen', () => {
    expect(has(dom0Tree(modelOf(['host.hypervisor=none', 'domus=[]'])), RULE)).toBe(false);
  });
});
