// linux/if.h: struct ifreq { char ifr_name[IFNAMSIZ]; union }, 40 bytes on 64-bit; ifr_flags is a short,
// ifr_hwaddr a sockaddr whose family is an ARPHRD_ type (linux/if_arp.h).
const at = { name: 0, flags: 16, hardwareType: 16, hardwareAddress: 18, size: 40 } as const
const nameSize = 16 // IFNAMSIZ, with the closing zero
const ethernet = 1 // ARPHRD_ETHER

/** The name is cut by the kernel at 15 bytes in silence, so a longer one is refused here. */
export function encodeInterfaceFlags(name: string, flags: number): Uint8Array {
  const request = new Uint8Array(at.size)
  const encoded = new TextEncoder().encode(name)
  if (encoded.length >= nameSize || encoded.includes(0)) throw new RangeError(`not an interface name: ${name}`)
  request.set(encoded, at.name)
  new DataView(request.buffer).setUint16(at.flags, flags, true)
  return request
}

export function decodeInterfaceFlags(request: Uint8Array): { name: string; flags: number } {
  const end = request.indexOf(0)
  const name = new TextDecoder().decode(request.subarray(at.name, Math.min(end < 0 ? nameSize : end, nameSize)))
  const flags = new DataView(request.buffer, request.byteOffset, request.byteLength).getUint16(at.flags, true)
  return { name, flags }
}

export function encodeHardwareAddress(mac: Uint8Array): Uint8Array {
  const request = new Uint8Array(at.size)
  new DataView(request.buffer).setUint16(at.hardwareType, ethernet, true)
  request.set(mac, at.hardwareAddress)
  return request
}
