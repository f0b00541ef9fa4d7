// The door of the package. Business words stay outside; koffi stays inside.
export { formatIpAddress, parseIpAddress } from "./address/ip-address.ts"
export { formatMacAddress, parseMacAddress } from "./address/mac-address.ts"
export { type Aead, type AeadKind, aeadKeyBytes, aeadTagBytes, createAead } from "./crypto/aead.ts"
export { opensslEnvironment } from "./crypto/openssl-environment.ts"
export { type Arena, createArena } from "./libc/arena.ts"
export { createEpoll, createEventfd, epoll, epollEvent } from "./libc/epoll.ts"
export { errno, errnoName, errnoNumber } from "./libc/errno.ts"
export { close, flock, lock, open, openFlags, setCloseOnExec, setNonBlocking, waitReadable } from "./libc/files.ts"
export { sys } from "./libc/hot-calls.ts"
export { type KernelCall, observeKernelCalls } from "./libc/kernel-calls.ts"
export { aliasLow, type LowAlias } from "./libc/low-alias.ts"
export { createLowArena } from "./libc/low-arena.ts"
export { controlHeader, ioVector, messageHeader, multipleMessageHeader } from "./libc/message-layout.ts"
export { errnoText, SyscallError } from "./libc/syscall-error.ts"
export {
  type AddressRequest,
  addressFlags,
  type InterfaceAddress,
} from "./netlink/address.ts"
export type { RtnetlinkEvent } from "./netlink/event.ts"
export type { Link, LinkStatistics, OperationalState, TunLink } from "./netlink/link.ts"
export type { LinkChange, NamespaceTarget } from "./netlink/link-request.ts"
export { type Route, type RouteRequest, routeProtocol, routeScope, routeTable, routeType } from "./netlink/route.ts"
export { openRtnetlink, type Rtnetlink } from "./netlink/rtnetlink.ts"
export { type RtnetlinkWatch, watchRtnetlink } from "./netlink/watch.ts"
export {
  type CapabilitySets,
  capability,
  getCapabilities,
  setCapabilities,
} from "./process/capabilities.ts"
export { forbidCoreDumps } from "./process/limits.ts"
export { mount, mountFlags, namespaceType, setns, umount, unshare } from "./process/namespaces.ts"
export {
  dropBoundingExcept,
  keepCapabilities,
  setDumpable,
  setNoNewPrivileges,
  setParentDeathSignal,
} from "./process/prctl.ts"
export { dropPrivileges, type PrivilegeTarget } from "./process/privileges.ts"
export { allowFragments, setIcmpFilter } from "./socket/icmp-options.ts"
export { createMessageReader, type ReceivedMessage } from "./socket/message-reader.ts"
export {
  bindToDevice,
  getCongestionControl,
  pathMtu,
  peerCredentials,
  setBuffers,
  setCongestionControl,
  setFragmenting,
  setHopLimit,
  setKeepalive,
  setLinger,
  setMark,
  setNoDelay,
  setNotSentLowWater,
  setProbing,
  setReceiveBuffer,
  setReceiveOffload,
  setReceivePacketInfo,
  setReceiveTime,
  setReuseAddress,
  setSendBuffer,
  setTypeOfService,
  setUserTimeout,
  setV6Only,
} from "./socket/options.ts"
export { attachFilter, type FilterInstruction, filterCode } from "./socket/packet-filter.ts"
export { receiveFileDescriptor, receivePassed, sendFileDescriptor } from "./socket/pass-descriptor.ts"
export {
  bind,
  closeSocket,
  connect,
  listen,
  messageFlags,
  openIcmpSocket,
  openTcpSocket,
  openUdpSocket,
  openUnixSocketPair,
  peerName,
  shutdown,
  socketName,
  socketType,
  udpControl,
} from "./socket/socket.ts"
export {
  decodeSocketAddress,
  encodeSocketAddress,
  type IpFamily,
  type SocketAddress,
  socketAddressSize,
} from "./socket/socket-address.ts"
export { type TcpInfo, tcpInfo } from "./socket/tcp-info.ts"
export { openUnixListener, unixSocketAnswers } from "./socket/unix-socket.ts"
export {
  closeTun,
  openTun,
  receiveTun,
  setHardwareAddress,
  tunGetFeatures,
  tunGetInterface,
  tunGetSendBuffer,
  tunGetVnetHeaderSize,
  tunSetCarrier,
  tunSetGroup,
  tunSetInterface,
  tunSetOffload,
  tunSetOwner,
  tunSetPersistent,
  tunSetQueue,
  tunSetSendBuffer,
  tunSetVnetHeaderSize,
} from "./tun/device.ts"
export {
  decodeTunFlags,
  encodeTunFlags,
  type TunAttachment,
  type TunKind,
  type TunState,
  tunFlags,
  tunOffload,
} from "./tun/flags.ts"
export { readNetworkNamespace, readTunHolders, type TunHolder } from "./tun/holders.ts"
