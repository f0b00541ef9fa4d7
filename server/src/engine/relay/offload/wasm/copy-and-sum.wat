;; The relay worker copies and sums packets with this: memcpy, and the Internet checksum (RFC 1071).
;;
;; A sum is that of 16-bit words in host order, little-endian, folded to 16 bits; an odd last byte is the first half of a
;; word. Offsets and lengths are the caller's to check: outside of the memory it traps. At most 512 KiB are summed at once.
;;
;; After a change: node scripts/assemble-wasm.ts
(module
  (import "relay" "memory" (memory 1))

  ;; The two may overlap.
  (func (export "copy") (param $to i32) (param $from i32) (param $length i32)
    (memory.copy (local.get $to) (local.get $from) (local.get $length))
  )

  ;; Words are taken as signed, 32768 less than they are, because one instruction then adds them in pairs. A lane has room
  ;; for 32,767 vectors. First one vector, then two, then four at a time: what is left is below 16 bytes.
  (func (export "sum") (param $from i32) (param $length i32) (result i32)
    (local $end i32) (local $a v128) (local $b v128) (local $bias v128) (local $ones v128)
    (local $sum i64) (local $rest i64)
    (local.set $bias (v128.const i16x8 0x8000 0x8000 0x8000 0x8000 0x8000 0x8000 0x8000 0x8000))
    (local.set $ones (v128.const i16x8 1 1 1 1 1 1 1 1))
    ;; A vector has eight words, so 8 * 32768 too little each.
    (local.set $sum (i64.shl (i64.extend_i32_u (i32.shr_u (local.get $length) (i32.const 4))) (i64.const 18)))
    (if (i32.and (local.get $length) (i32.const 16))
      (then
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (v128.load (local.get $from)) (local.get $bias)) (local.get $ones))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))))
    (if (i32.and (local.get $length) (i32.const 32))
      (then
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (v128.load (local.get $from)) (local.get $bias)) (local.get $ones))))
        (local.set $b
          (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (v128.xor (v128.load offset=16 (local.get $from)) (local.get $bias)) (local.get $ones))))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))))
    (local.set $end (i32.add (local.get $from) (i32.and (local.get $length) (i32.const -64))))
    (if (i32.lt_u (local.get $from) (local.get $end))
      (then
        (loop $next
          (local.set $a
            (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (v128.load (local.get $from)) (local.get $bias)) (local.get $ones))))
          (local.set $b
            (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (v128.xor (v128.load offset=16 (local.get $from)) (local.get $bias)) (local.get $ones))))
          (local.set $a
            (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (v128.load offset=32 (local.get $from)) (local.get $bias)) (local.get $ones))))
          (local.set $b
            (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (v128.xor (v128.load offset=48 (local.get $from)) (local.get $bias)) (local.get $ones))))
          (local.set $from (i32.add (local.get $from) (i32.const 64)))
          (br_if $next (i32.lt_u (local.get $from) (local.get $end))))))
    (local.set $sum (i64.add (local.get $sum) (call $lanes (i32x4.add (local.get $a) (local.get $b)))))
    (if (i32.and (local.get $length) (i32.const 8))
      (then
        (local.set $rest (i64.load (local.get $from)))
        (local.set $sum (i64.add (local.get $sum) (i64.and (local.get $rest) (i64.const 0xffffffff))))
        (local.set $sum (i64.add (local.get $sum) (i64.shr_u (local.get $rest) (i64.const 32))))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))))
    (if (i32.and (local.get $length) (i32.const 4))
      (then
        (local.set $rest (i64.load32_u (local.get $from)))
        (local.set $sum (i64.add (local.get $sum) (local.get $rest)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))))
    (if (i32.and (local.get $length) (i32.const 2))
      (then
        (local.set $rest (i64.load16_u (local.get $from)))
        (local.set $sum (i64.add (local.get $sum) (local.get $rest)))
        (local.set $from (i32.add (local.get $from) (i32.const 2)))))
    (if (i32.and (local.get $length) (i32.const 1))
      (then
        (local.set $rest (i64.load8_u (local.get $from)))
        (local.set $sum (i64.add (local.get $sum) (local.get $rest)))))
    (call $fold (local.get $sum))
  )

  ;; The two must not overlap.
  (func (export "copy_and_sum") (param $to i32) (param $from i32) (param $length i32) (result i32)
    (local $end i32) (local $a v128) (local $b v128) (local $bias v128) (local $ones v128) (local $words v128)
    (local $sum i64) (local $rest i64)
    (local.set $bias (v128.const i16x8 0x8000 0x8000 0x8000 0x8000 0x8000 0x8000 0x8000 0x8000))
    (local.set $ones (v128.const i16x8 1 1 1 1 1 1 1 1))
    ;; A vector has eight words, so 8 * 32768 too little each.
    (local.set $sum (i64.shl (i64.extend_i32_u (i32.shr_u (local.get $length) (i32.const 4))) (i64.const 18)))
    (if (i32.and (local.get $length) (i32.const 16))
      (then
        (local.set $words (v128.load (local.get $from)))
        (v128.store (local.get $to) (local.get $words))
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))))
    (if (i32.and (local.get $length) (i32.const 32))
      (then
        (local.set $words (v128.load (local.get $from)))
        (v128.store (local.get $to) (local.get $words))
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
        (local.set $words (v128.load offset=16 (local.get $from)))
        (v128.store offset=16 (local.get $to) (local.get $words))
        (local.set $b
          (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))))
    (local.set $end (i32.add (local.get $from) (i32.and (local.get $length) (i32.const -64))))
    (if (i32.lt_u (local.get $from) (local.get $end))
      (then
        (loop $next
          (local.set $words (v128.load (local.get $from)))
          (v128.store (local.get $to) (local.get $words))
          (local.set $a
            (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
          (local.set $words (v128.load offset=16 (local.get $from)))
          (v128.store offset=16 (local.get $to) (local.get $words))
          (local.set $b
            (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
          (local.set $words (v128.load offset=32 (local.get $from)))
          (v128.store offset=32 (local.get $to) (local.get $words))
          (local.set $a
            (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
          (local.set $words (v128.load offset=48 (local.get $from)))
          (v128.store offset=48 (local.get $to) (local.get $words))
          (local.set $b
            (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (v128.xor (local.get $words) (local.get $bias)) (local.get $ones))))
          (local.set $to (i32.add (local.get $to) (i32.const 64)))
          (local.set $from (i32.add (local.get $from) (i32.const 64)))
          (br_if $next (i32.lt_u (local.get $from) (local.get $end))))))
    (local.set $sum (i64.add (local.get $sum) (call $lanes (i32x4.add (local.get $a) (local.get $b)))))
    (if (i32.and (local.get $length) (i32.const 8))
      (then
        (local.set $rest (i64.load (local.get $from)))
        (i64.store (local.get $to) (local.get $rest))
        (local.set $sum (i64.add (local.get $sum) (i64.and (local.get $rest) (i64.const 0xffffffff))))
        (local.set $sum (i64.add (local.get $sum) (i64.shr_u (local.get $rest) (i64.const 32))))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))))
    (if (i32.and (local.get $length) (i32.const 4))
      (then
        (local.set $rest (i64.load32_u (local.get $from)))
        (i64.store32 (local.get $to) (local.get $rest))
        (local.set $sum (i64.add (local.get $sum) (local.get $rest)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))))
    (if (i32.and (local.get $length) (i32.const 2))
      (then
        (local.set $rest (i64.load16_u (local.get $from)))
        (i64.store16 (local.get $to) (local.get $rest))
        (local.set $sum (i64.add (local.get $sum) (local.get $rest)))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (local.set $from (i32.add (local.get $from) (i32.const 2)))))
    (if (i32.and (local.get $length) (i32.const 1))
      (then
        (local.set $rest (i64.load8_u (local.get $from)))
        (i64.store8 (local.get $to) (local.get $rest))
        (local.set $sum (i64.add (local.get $sum) (local.get $rest)))))
    (call $fold (local.get $sum))
  )

  (func $lanes (param $lanes v128) (result i64)
    (local.set $lanes
      (i64x2.add (i64x2.extend_low_i32x4_s (local.get $lanes)) (i64x2.extend_high_i32x4_s (local.get $lanes))))
    (i64.add (i64x2.extract_lane 0 (local.get $lanes)) (i64x2.extract_lane 1 (local.get $lanes)))
  )

  ;; Of at most 48 bits.
  (func $fold (param $sum i64) (result i32)
    (local $folded i32)
    (local.set $sum
      (i64.add (i64.and (local.get $sum) (i64.const 0xffffffff)) (i64.shr_u (local.get $sum) (i64.const 32))))
    (local.set $folded
      (i32.wrap_i64 (i64.add (i64.and (local.get $sum) (i64.const 0xffff)) (i64.shr_u (local.get $sum) (i64.const 16)))))
    (local.set $folded
      (i32.add (i32.and (local.get $folded) (i32.const 0xffff)) (i32.shr_u (local.get $folded) (i32.const 16))))
    (i32.add (i32.and (local.get $folded) (i32.const 0xffff)) (i32.shr_u (local.get $folded) (i32.const 16)))
  )
)
