// The arrows of docs/architecture.md: who may import whom. Those of e2e/ stand in biome.json: its stories use `using`,
// which the parser here does not know.
const ours = "^(shared|native-bindings|server|web|e2e)/"
const forbid = (name, from, to, comment) => ({ name, severity: "error", comment, from, to })

export default {
  forbidden: [
    forbid("no-circular", {}, { circular: true }, "two files that import each other are one file"),
    forbid(
      "shared-is-the-floor",
      { path: "^shared/" },
      { path: "^(native-bindings|server|web|e2e)/" },
      "shared imports nothing of ours",
    ),
    forbid(
      "shared-is-pure",
      { path: "^shared/src", pathNot: "\\.test\\.ts$" },
      { dependencyTypes: ["core"] },
      "shared runs in the browser too",
    ),
    forbid(
      "bindings-are-the-floor",
      { path: "^native-bindings/" },
      { path: "^(shared|server|web|e2e)/" },
      "native-bindings has no business words",
    ),
    forbid(
      "koffi-in-bindings-only",
      { pathNot: "^native-bindings/" },
      { path: "node_modules/koffi" },
      "native-bindings is the only importer of koffi",
    ),
    forbid(
      "web-and-shared",
      { path: "^web/" },
      { path: "^(native-bindings|server|e2e)/" },
      "web imports shared and nothing else of ours",
    ),
    forbid(
      "panel-not-engine",
      { path: "^server/src/panel" },
      { path: "^server/src/(engine|launcher|cli)/" },
      "panel and engine share only the protocol",
    ),
    forbid(
      "engine-not-panel",
      { path: "^server/src/engine" },
      { path: "^server/src/(panel|launcher|cli)/" },
      "panel and engine share only the protocol",
    ),
    forbid(
      "panel-has-no-bindings",
      { path: "^server/src/panel" },
      { path: "^native-bindings/" },
      "the panel makes no system call of its own",
    ),
    forbid(
      "relay-not-control",
      { path: "^server/src/engine/relay", pathNot: "\\.test\\.ts$" },
      { path: "^server/src/(?!engine/relay)" },
      "the relay imports shared and native-bindings only",
    ),
    forbid(
      "cli-is-a-client",
      { path: "^server/src/cli" },
      {
        path: "^server/src/(panel|engine)",
        pathNot: "^server/src/(panel/(store|auth|changes)|engine/(host|interfaces/device-file))",
      },
      "the command talks to the API; only `token` on the host itself opens the store, and `doctor` runs the preflight",
    ),
    forbid(
      "features-are-apart",
      { path: "^web/src/features/([^/]+)/" },
      { path: "^web/src/features/(?!$1/)" },
      "a feature never imports another",
    ),
    forbid(
      "ui-knows-no-feature",
      { path: "^web/src/(ui|lib)/" },
      { path: "^web/src/(features|app)/" },
      "app, then features, then ui and lib",
    ),
    forbid(
      "features-not-app",
      { path: "^web/src/features/" },
      { path: "^web/src/app/" },
      "app, then features, then ui and lib",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    includeOnly: { path: `${ours}|node_modules/koffi` },
    parser: "swc", // TypeScript 7 has no parser that another program could call
    exclude: { path: "\\.test\\.tsx?$|/dist/" }, // a test may reach for what it tests
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
    },
  },
}
