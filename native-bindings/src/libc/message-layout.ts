// Offsets for the relay's arenas. On 64-bit Linux they are the same for x86-64 and arm64, glibc and musl.

/** linux/uio.h: struct iovec { void *iov_base; size_t iov_len } */
export const ioVector = { base: 0, length: 8, size: 16 } as const

/** linux/socket.h: struct user_msghdr. `flags` is what recvmsg answers (MSG_TRUNC, MSG_CTRUNC). */
export const messageHeader = {
  name: 0,
  nameLength: 8, // u32
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlLength: 40,
  flags: 48, // u32
  size: 56,
} as const

/** linux/socket.h: struct mmsghdr { struct user_msghdr msg_hdr; unsigned int msg_len } */
export const multipleMessageHeader = { header: 0, length: 56, size: 64 } as const

/** linux/socket.h: struct cmsghdr. The data follows; the next header starts at the next multiple of 8. */
export const controlHeader = { length: 0, level: 8, type: 12, data: 16 } as const
