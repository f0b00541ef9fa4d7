import { expect, test } from "vitest"
import { DirectWay, patience } from "./icmp-direct.ts"
import { directFlag, echo } from "./icmp-header.ts"
import { EchoPeers } from "./icmp-peers.ts"

test("a caller tries with its first call, and then every 64th", () => {
  const way = new DirectWay()
  const tries = Array.from({ length: 130 }, () => way.isTimeToTry())
  expect(tries.flatMap((isTime, call) => (isTime ? [call] : []))).toEqual([0, 64, 128])
})

test("the request after direct messages says so, and only that one", () => {
  const way = new DirectWay()
  expect(way.takeSent()).toBe(false)
  way.noteSent()
  way.noteSent()
  expect([way.takeSent(), way.takeSent()]).toEqual([true, false])
})

function request(flagged: boolean, identifier = 7): DataView {
  const view = new DataView(new ArrayBuffer(16))
  view.setUint16(echo.identifier, identifier)
  view.setUint8(echo.kind, flagged ? directFlag : 0)
  return view
}

test("a listener hears that they arrive, and that they do not any more after some in vain", () => {
  const peers = new EchoPeers(4, 2)
  peers.noteRequest(0, request(false), 0)
  peers.noteRequest(0, request(true), 0)
  expect(peers.directsArrive(0)).toBe(false)
  peers.noteDirect(0)
  for (let i = 1; i < patience; i++) {
    peers.noteRequest(0, request(true), 0)
    expect(peers.directsArrive(0)).toBe(true)
  }
  peers.noteRequest(0, request(true), 0)
  expect([peers.directsArrive(0), peers.directsArrive(1)]).toEqual([false, false])
})

test("one that comes now and then is enough; requests between which none was sent say nothing", () => {
  const peers = new EchoPeers(4, 1)
  peers.noteRequest(0, request(false), 0)
  for (let i = 0; i < 100; i++) {
    if (i % (patience - 1) === 0) peers.noteDirect(0)
    peers.noteRequest(0, request(true), 0)
    expect(peers.directsArrive(0)).toBe(true)
  }
  for (let i = 0; i < 100; i++) peers.noteRequest(0, request(false), 0)
  expect(peers.directsArrive(0)).toBe(true)
})

test("a caller with another identifier begins anew; a peer that stays keeps what is known", () => {
  const peers = new EchoPeers(4, 1)
  peers.noteRequest(0, request(false), 0)
  peers.noteDirect(0)
  peers.setPeers([-1, 0])
  expect([peers.directsArrive(0), peers.directsArrive(1)]).toEqual([false, true])
  peers.noteRequest(1, request(false, 8), 0)
  expect(peers.directsArrive(1)).toBe(false)
})
