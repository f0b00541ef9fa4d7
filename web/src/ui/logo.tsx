export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: "none" }}>
      <rect width="32" height="32" rx="8" fill="#056c95" />
      <g fill="none" strokeWidth="2.6" strokeLinecap="round">
        <path d="M6.5 24v-6a9.5 9.5 0 0 1 19 0v6" stroke="#fff" />
        <path d="M12 24v-5.5a4 4 0 0 1 8 0V24" stroke="#8fd6f0" />
      </g>
    </svg>
  )
}
