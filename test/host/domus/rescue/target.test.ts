import { expect, test } from 'vitest';
import { parseDisk } from '../../../../src/host/domus/rescue/target.ts';

/** xl-disk-configuration(5). */
test.each([
  ['/dev/vg0/web1,raw,xvda,rw', '/dev/vg0/web1', 'raw'],
  ['phy:/dev/vg0/web1,xvda,w', '/dev/vg0/web1', 'raw'],
  ['file:/srv/web1.img,xvda,w', '/srv/web1.img', 'raw'],
  ['tap:qcow2:/srv/web1.qcow2,xvda,w', '/srv/web1.qcow2', 'qcow2'],
  ['/srv/web1,qcow2,xvda,rw', '/srv/web1', 'qcow2'],
  ['format=raw, vdev=xvda, access=rw, target=/srv/a,b.img', '/srv/a,b.img', 'raw'],
  ['vdev=xvda,format=qcow2,target=/srv/web1.img', '/srv/web1.img', 'qcow2'],
  ['/srv/web1.qcow2,,xvda,rw', '/srv/web1.qcow2', 'qcow2'],
])('the disk %s is %s (%s)', (text, path, format) => {
  expect(parseDisk(text)).toEqual([{ path, format, mount: '' }]);
});

test.each([
  '/srv/a.iso,raw,hdc,cdrom',
  'vdev=hdc,devtype=cdrom,access=ro,target=/srv/a.iso',
  'script=block-iscsi,vdev=xvda,target=iqn.2001',
  'backend=storage,vdev=xvda,target=/dev/vg0/web1',
  'web1.img,raw,xvda,rw',
  '-f,raw,xvda,rw',
  '/srv/../etc/shadow,raw,xvda,rw',
  '',
])('%j is no disk that is opened here', (text) => {
  expect(parseDisk(text)).toEqual([]);
});
