/**
 * One user for all that pygrub reads: of its processes each sees one disk, read-only, and none can look into another.
 * The number is fixed, since disks that are files get it before Dom0 has users; it lies outside of what Debian, systemd
 * and subordinate users take.
 */
export const PYGRUB_USER = { name: 'xen-pygrub', id: 70_443 } as const;
