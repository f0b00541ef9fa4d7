import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type ModalProps,
  Tooltip,
} from "@mantine/core"

const tide: MantineColorsTuple = [
  "#e8f6fb",
  "#d0eaf4",
  "#a1d4e8",
  "#6fbddb",
  "#4fb0d6",
  "#2e98c3",
  "#1682ad",
  "#0b7299",
  "#086488",
  "#035475",
]

const dark: MantineColorsTuple = [
  "#dbe1ea",
  "#bec7d3",
  "#98a4b5",
  "#6c788b",
  "#323c4b",
  "#262e3a",
  "#1a202a",
  "#12171f",
  "#0d1117",
  "#080b10",
]

const modalDefaults: Partial<ModalProps> = {
  centered: true,
  radius: "lg",
  overlayProps: { backgroundOpacity: 0.4 },
  styles: { title: { fontSize: 16, fontWeight: 650 } },
}

export const theme = createTheme({
  primaryColor: "tide",
  primaryShade: 8,
  colors: { tide, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  headings: { fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: {
        withArrow: true,
        openDelay: 150,
        multiline: true,
        maw: 340,
        events: { hover: true, focus: true, touch: true },
      },
    }),
    // Not Modal.extend: dialogs load when the first one opens.
    Modal: { defaultProps: modalDefaults },
    Badge: Badge.extend({ defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 550 } }),
    Button: Button.extend({ defaultProps: { fw: 550 } }),
    Anchor: Anchor.extend({ defaultProps: { underline: "hover" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
  },
})

/** The light and subtle variants of a colour: a tint of the surface that they stand on. */
function tinted(color: string, rgb: string, text: string, strength = 0.12): Record<string, string> {
  return {
    [`--mantine-color-${color}-light`]: `rgba(${rgb}, ${strength})`,
    [`--mantine-color-${color}-light-hover`]: `rgba(${rgb}, ${strength * 1.5})`,
    [`--mantine-color-${color}-light-color`]: text,
  }
}

/** Surfaces and quiet text of both schemes; every text colour here is at least 4.5:1 on its surface. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#1a222d",
    "--mantine-color-dimmed": "#566172",
    "--mantine-color-placeholder": "#6b7585",
    "--mantine-color-error": "#b4232a",
    ...tinted("red", "214, 40, 47", "#b4232a", 0.07),
    ...tinted("yellow", "214, 140, 20", "#855000", 0.1),
    ...tinted("gray", "86, 97, 114", "#3d4757", 0.1),
    ...tinted("tide", "8, 100, 136", "#064f6d", 0.09),
    "--td-rail": "#f5f7fa",
    "--td-surface": "#ffffff",
    "--td-sunken": "#f5f7fa",
    "--td-border": "#dfe4ea",
    "--td-hover": "#f0f4f8",
    "--td-good": "#11734b",
    "--td-waiting": "#8f5200",
    "--td-bad": "#b4232a",
    "--td-idle": "#566172",
    "--td-outbound": "#0b7299",
    "--td-inbound": "#7b4bb3",
  },
  dark: {
    "--mantine-color-body": "#12171f",
    "--mantine-color-text": "#dbe1ea",
    "--mantine-color-dimmed": "#98a4b5",
    "--mantine-color-placeholder": "#8591a3",
    "--mantine-color-error": "#ff8f8f",
    ...tinted("red", "255, 107, 107", "#ff9d9d"),
    ...tinted("yellow", "242, 180, 76", "#f5c56f"),
    ...tinted("green", "90, 209, 154", "#76dcae"),
    ...tinted("gray", "152, 164, 181", "#bec7d3"),
    ...tinted("tide", "79, 176, 214", "#a1d4e8"),
    "--td-rail": "#0d1117",
    "--td-surface": "#171d26",
    "--td-sunken": "#0e131a",
    "--td-border": "#29313d",
    "--td-hover": "#1d242f",
    "--td-good": "#5ad19a",
    "--td-waiting": "#f2b44c",
    "--td-bad": "#ff8585",
    "--td-idle": "#98a4b5",
    "--td-outbound": "#4fb0d6",
    "--td-inbound": "#b79cf2",
  },
})
