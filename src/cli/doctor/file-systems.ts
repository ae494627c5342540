/** A kind of file system, and what is wrong with it for a store that promises what `fsync` promised. */
interface FileSystem {
  readonly name: string;
  readonly loses?: string;
  readonly status?: 'warn' | 'fail';
}

const inMemory = (name: string): FileSystem => ({
  name,
  loses: 'it is memory, and what was acked is gone with the machine or the container',
  status: 'fail',
});

const network = (name: string): FileSystem => ({
  name,
  loses: 'its locks and its fsync are not those of a local disk, so what was acked can be lost',
  status: 'fail',
});

/** By the numbers of statfs(2). */
export const KINDS: ReadonlyMap<number, FileSystem> = new Map<number, FileSystem>([
  [0xef53, { name: 'ext4' }],
  [0x5846_5342, { name: 'xfs' }],
  [0x9123_683e, { name: 'btrfs' }],
  [0x2fc1_2fc1, { name: 'zfs' }],
  [0xf2f5_2010, { name: 'f2fs' }],
  [0x0102_1994, inMemory('tmpfs')],
  [0x8584_58f6, inMemory('ramfs')],
  [0x6969, network('NFS')],
  [0x517b, network('SMB')],
  [0xff53_4d42, network('CIFS')],
  [0xfe53_4d42, network('SMB2')],
  [0x0102_1997, network('9p')],
  [0x00c3_6400, network('Ceph')],
  [0x0bd0_0bd0, network('Lustre')],
  [0x0116_1970, network('GFS2')],
  [0x7461_636f, network('OCFS2')],
  [
    0x6573_5546,
    { name: 'FUSE', loses: 'whether it keeps what fsync reported is up to the program behind it', status: 'warn' },
  ],
  [
    0x794c_7630,
    { name: 'overlay', loses: 'if it is a container without a volume, messages end with it', status: 'warn' },
  ],
]);
