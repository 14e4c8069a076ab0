// The workload of wasmCloud and the hosts that it runs on: they have the site, and give it to the
// component.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { find, readYaml } from "./helpers/manifests.js";
import { faultsAt } from "./helpers/schemas.js";

const CORE = "kubernetes.json#/definitions/io.k8s.api.core.v1";

const wasmCloud = suite("wasmCloud");
const [{ runtime: { hostGroups: [group] } }] = readYaml("wasmcloud/hostgroup.yaml");
const workload = find(readYaml("wasmcloud/epollux.yaml"), "WorkloadDeployment").spec.template.spec;

wasmCloud("hosts have a volume that Kubernetes knows", () => {
  const [volume] = group.volumes;
  const [mount] = group.volumeMounts;
  assert.equal(faultsAt(`${CORE}.Volume`, volume), []);
  assert.equal(faultsAt(`${CORE}.VolumeMount`, mount), []);
  assert.is(mount.name, volume.name);
  assert.ok(faultsAt(`${CORE}.Volume`, { ...volume, images: {} }).length);
});

wasmCloud("puts the component where the site is, and gives it that alone", () => {
  assert.is(workload.hostSelector.hostgroup, group.name);
  const [volume, ...others] = workload.volumes;
  assert.equal([volume.hostPath.path, others], [group.volumeMounts[0].mountPath, []]);
  assert.equal(workload.components[0].localResources.volumeMounts, [
    { name: volume.name, mountPath: "/", readOnly: true },
  ]);
});

wasmCloud.run();
