// The first handshake and messages of wireguard-ping-tcp.pcap, the sample capture of WireGuard that Wireshark's own tests
// decrypt: peers of the Linux kernel, with all the keys known. Test bytes of an old session between lab hosts.

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"))
const key = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"))

export const capture = {
  initiator: {
    privateKey: key("AKeZaHwBxjiKLFnkY2unvEdOTtg4AL+M9dQXfopFVFk="),
    publicKey: key("Igge9KzRytKNwrgkzDE/8hrLu6Ly0OqVdvOPWhA5KR4="),
    ephemeral: key("sLGLJSOQfyz7JNJ5ZDzFf3Uz1rkiCMMjbWerNYcPFFU="),
    index: 0x30d0_37d8,
  },
  responder: {
    privateKey: key("cFIxTUyBs1Qil414hBwEgvasEax8CKJ5IS5ZougplWs="),
    publicKey: key("YDCttCs9e1J52/g9vEnwJJa+2x6RqaayAYMpSVQfGEY="),
    ephemeral: key("QC4/FZKhFf0b/eXEcCecmZNt6V6PXmRa4EWG1PIYTU4="),
    index: 0xab7d_f406 | 0,
  },
  /** Of the initiation's time stamp. */
  nanoseconds: 356_537_872,
  initiation: hex(
    "01000000d837d0305fcec7c8e5c8e2e3f7989eef60c228d82329d602b6b1e2bb9d068f89cf9d4d4532780f6d27264f7b98701fdc27a4ec00" +
      "aeb6becdbef2332f1b4084cadb93823935c012ae255e7b25eff13940c321fa6bd66a2a87b061db1430173e937f569349de2856dc5f2616" +
      "763eeeafc0533b01dd965e7ec76976e28f683d671200000000000000000000000000000000",
  ),
  response: hex(
    "0200000006f47dabd837d030b18d5550bd4042a37a46823ac08db1ec66839bc0ca2d64bc15cd80232b66232faec24af8918de1060ff5c98e" +
      "865d5f35f272214c5260110dc4c61e32cdd8542100000000000000000000000000000000",
  ),
  /** An ICMP echo request, and its reply. */
  fromInitiator: hex(
    "0400000006f47dab0000000000000000a4ebc12ee3f990da18033a0789c04e2700f6f5c271d42ac4b4d6262e666549b445a7436e829bffb6" +
      "ac65f05648bc0c391fe7c5884874376127164940188f03dba67af8388eaab76c593628bf9dc7be03346d912e916dad862545454701364f" +
      "2d2486d7ced4c8642ce547ddb26ef6a46b",
  ),
  fromResponder: hex(
    "04000000d837d03000000000000000006f4f080e9f52691bbe948535f79c13ed68f09145d523eedb087265f968082f70735729263eda627c" +
      "7683cdc0b80a3356d9536c9f0e2872797b5c81720ba0b8ea7233c6debf9f0fbee8f10ec18985b824bf350f8b8180d08a64e6be9810089a" +
      "c3d1363ed5e129ca1e0425cf7e94965659",
  ),
}
