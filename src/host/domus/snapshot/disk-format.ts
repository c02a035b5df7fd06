/** The format of a disk, of its line in an xl configuration (xl-disk-configuration(5)). Pure. */
const FORMATS = /^(raw|qcow2?|vhd|qed)$/;

/** `raw` where it says nothing and is not called otherwise. */
export function formatOfDisk(specification: string): string {
  const words = specification.split(',').map((word) => word.trim());
  const named = words.find((word) => word.startsWith('format='))?.slice('format='.length);
  const target = words.find((word) => word.startsWith('target='))?.slice('target='.length) ?? words[0] ?? '';
  const prefix = /^(?:[a-z0-9]+:)*?(qcow2?|vhd|qed):/.exec(target)?.[1];
  return (
    named ??
    words.slice(1).find((word) => FORMATS.test(word)) ??
    prefix ??
    /\.(qcow2?|vhd|vmdk|vdi|qed)$/.exec(target)?.[1] ??
    'raw'
  );
}

/** What the guest sees it as: `xvda`. Empty where it does not say. */
export function guestDeviceOf(specification: string): string {
  const words = specification.split(',').map((word) => word.trim());
  const named = words.find((word) => word.startsWith('vdev='))?.slice('vdev='.length);
  return named ?? words.slice(1).find((word) => /^(xvd|hd|sd|vd)[a-z]{1,2}\d{0,3}$/.test(word)) ?? '';
}
