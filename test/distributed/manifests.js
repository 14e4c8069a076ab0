// The manifests of examples/distributed are valid by the schemas of those who read them, and the
// schemas find what is not.

import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { broken, names, readYaml } from "./helpers/manifests.js";
import { faultsOf } from "./helpers/schemas.js";

const VALUES = "wasmcloud/hostgroup.yaml"; // of a Helm chart: no document of Kubernetes
const files = names.filter((name) => name.endsWith(".yaml") && name !== VALUES);

/** Every document, with the name of its file and its kind. */
const documents = files.flatMap((file) =>
  readYaml(file).map((document) => ({ name: `${file}: ${document.kind}`, document })));

const manifests = suite("manifests");

manifests("are all valid", () => {
  assert.ok(documents.length >= 12, `${documents.length} documents`);
  for (const { name, document } of documents) assert.equal(faultsOf(document), [], name);
});

manifests("with a field that nobody knows are refused", () => {
  for (const { name, document } of documents) {
    const wrong = [
      broken(document, (copy) => (copy.unknown = 1)),
      broken(document, (copy) => (copy.metadata.unknown = 1)),
      broken(document, (copy) => copy.spec && (copy.spec.unknown = 1)),
    ];
    assert.match(faultsOf(wrong[0]).join(), "unknown", name);
    assert.match(faultsOf(wrong[1]).join(), "unknown", name);
    if (document.spec) assert.match(faultsOf(wrong[2]).join(), "unknown", name);
  }
});

manifests("of a kind or version that nobody knows are refused", () => {
  for (const { name, document } of documents) {
    const wrong = broken(document, (copy) => (copy.apiVersion = "example.com/v0"));
    assert.match(faultsOf(wrong).join(), "no schema", name);
  }
});

manifests("with a value of the wrong type, or without one, are refused", () => {
  const changes = {
    Deployment: [
      ({ spec }) => delete spec.selector,
      ({ spec }) => (spec.replicas = "three"),
      ({ spec }) => delete spec.template.spec.containers[0].name,
      ({ spec }) => delete spec.template.spec.containers[0].readinessProbe.httpGet.port,
      ({ spec }) => (spec.template.spec.containers[0].ports[0].containerPort = "http"),
      ({ spec }) => (spec.template.spec.securityContext = { runAsNonRoot: "yes" }),
    ],
    Service: [({ spec }) => delete spec.ports[0].port],
    ConfigMap: [({ data }) => (data["epollux.json"] = { root: "/srv/www" })],
    HorizontalPodAutoscaler: [
      ({ spec }) => delete spec.maxReplicas,
      ({ spec }) => (spec.metrics[0].resource.target.averageUtilization = "60%"),
    ],
    PodDisruptionBudget: [({ spec }) => (spec.maxUnavailable = true)],
    NetworkPolicy: [({ spec }) => (spec.policyTypes = "Ingress")],
    RuntimeClass: [(document) => delete document.handler],
    SpinApp: [
      ({ spec }) => delete spec.image,
      ({ spec }) => delete spec.checks.liveness.httpGet.path,
      ({ spec }) => (spec.resources.limits.memory = "plenty"),
    ],
    WorkloadDeployment: [
      ({ spec }) => delete spec.template.spec.volumes[0].hostPath.path,
      ({ spec }) => (spec.template.spec.hostInterfaces[0].interfaces = []),
      ({ spec }) => (spec.template.spec.components[0].localResources.volumeMounts[0].readOnly = 1),
    ],
  };
  const kinds = new Set(documents.map(({ document }) => document.kind));
  assert.equal(Object.keys(changes).sort(), [...kinds].sort());
  for (const [kind, list] of Object.entries(changes)) {
    const { document } = documents.find((entry) => entry.document.kind === kind);
    for (const change of list) {
      assert.ok(faultsOf(broken(document, change)).length, `${kind}: ${change}`);
    }
  }
});

manifests.run();

const schemas = suite("schemas");

schemas("name where they come from", () => {
  const folder = new URL("./schemas/", import.meta.url);
  const text = readFileSync(new URL("README.md", folder), "utf8");
  for (const name of ["kubernetes", "spinapp"]) {
    const { origin } = JSON.parse(readFileSync(new URL(`${name}.json`, folder)));
    const [module, version] = origin.split("@");
    assert.match(text, new RegExp(`\`${name}\\.json\`.*${module}\` ${version}`));
  }
});

schemas.run();
