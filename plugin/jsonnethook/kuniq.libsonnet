// kuniq.libsonnet finds Kubernetes objects that are declared twice in a tree,
// with nothing but jsonnet: for tools that cannot run the kuniq command or its
// Go package. It needs no native function and no std newer than that of C++
// jsonnet 0.18 and go-jsonnet 0.20. Copy this one file.
//
//   local kuniq = import 'kuniq.libsonnet';
//   kuniq.check(import 'prod.jsonnet')
//
// The tree is what kubecfg, Tanka and qbec take: anything with apiVersion and
// kind is an object; objects, arrays and Lists may hold more of them; null is
// nothing; any other leaf is an error that names its path.
//
// Two objects are the same if group, kind, namespace and name are. The version
// does not count. Ingress of extensions is Ingress of networking.k8s.io.
// Cluster-scoped kinds have no namespace. An object with generateName equals
// nothing, and so does one with a variable ${VAR} in its identity. Each Tanka
// Environment is a set of its own. What the tables do not know is namespaced,
// unless a CustomResourceDefinition in the tree says else.
//
// It sees what jsonnet puts out: {a: X} + {a: Y} is {a: Y}, and no filter can
// tell from the output that there was an X.
//
// Options are an object with any of these fields:
//   namespace      the namespace of objects that name none
//   identical      'error' (the default) or 'allow', for identical copies
//   clusterScoped  kinds without a namespace, as ['Widget.example.com']
//   openshift      true: the groupless kinds of OpenShift are its grouped ones
//   ignore         duplicates to allow, as ['Secret prod/*-tls', 'Lease.* *']
// The facts between the marks are those of the Go library; go generate
// ./plugin/jsonnethook writes them here. A type is GROUP/KIND.
// BEGIN GENERATED
local aliases = {
  'batch/ScheduledJob': 'batch/CronJob',
  'events.k8s.io/Event': '/Event',
  'extensions/DaemonSet': 'apps/DaemonSet',
  'extensions/Deployment': 'apps/Deployment',
  'extensions/HorizontalPodAutoscaler': 'autoscaling/HorizontalPodAutoscaler',
  'extensions/Ingress': 'networking.k8s.io/Ingress',
  'extensions/Job': 'batch/Job',
  'extensions/NetworkPolicy': 'networking.k8s.io/NetworkPolicy',
  'extensions/PodSecurityPolicy': 'policy/PodSecurityPolicy',
  'extensions/ReplicaSet': 'apps/ReplicaSet',
};
local openshiftAliases = {
  '/Build': 'build.openshift.io/Build',
  '/BuildConfig': 'build.openshift.io/BuildConfig',
  '/ClusterNetwork': 'network.openshift.io/ClusterNetwork',
  '/ClusterResourceQuota': 'quota.openshift.io/ClusterResourceQuota',
  '/ClusterRole': 'rbac.authorization.k8s.io/ClusterRole',
  '/ClusterRoleBinding': 'rbac.authorization.k8s.io/ClusterRoleBinding',
  '/DeploymentConfig': 'apps.openshift.io/DeploymentConfig',
  '/DeploymentConfigRollback': 'apps.openshift.io/DeploymentConfigRollback',
  '/EgressNetworkPolicy': 'network.openshift.io/EgressNetworkPolicy',
  '/Group': 'user.openshift.io/Group',
  '/HostSubnet': 'network.openshift.io/HostSubnet',
  '/Identity': 'user.openshift.io/Identity',
  '/Image': 'image.openshift.io/Image',
  '/ImageSignature': 'image.openshift.io/ImageSignature',
  '/ImageStream': 'image.openshift.io/ImageStream',
  '/ImageStreamImage': 'image.openshift.io/ImageStreamImage',
  '/ImageStreamImport': 'image.openshift.io/ImageStreamImport',
  '/ImageStreamMapping': 'image.openshift.io/ImageStreamMapping',
  '/ImageStreamTag': 'image.openshift.io/ImageStreamTag',
  '/NetNamespace': 'network.openshift.io/NetNamespace',
  '/OAuthAccessToken': 'oauth.openshift.io/OAuthAccessToken',
  '/OAuthAuthorizeToken': 'oauth.openshift.io/OAuthAuthorizeToken',
  '/OAuthClient': 'oauth.openshift.io/OAuthClient',
  '/OAuthClientAuthorization': 'oauth.openshift.io/OAuthClientAuthorization',
  '/Project': '/Namespace',
  '/Role': 'rbac.authorization.k8s.io/Role',
  '/RoleBinding': 'rbac.authorization.k8s.io/RoleBinding',
  '/RoleBindingRestriction': 'authorization.openshift.io/RoleBindingRestriction',
  '/Route': 'route.openshift.io/Route',
  '/SecurityContextConstraints': 'security.openshift.io/SecurityContextConstraints',
  '/Template': 'template.openshift.io/Template',
  '/User': 'user.openshift.io/User',
  '/UserIdentityMapping': 'user.openshift.io/UserIdentityMapping',
  'authorization.openshift.io/ClusterRole': 'rbac.authorization.k8s.io/ClusterRole',
  'authorization.openshift.io/ClusterRoleBinding': 'rbac.authorization.k8s.io/ClusterRoleBinding',
  'authorization.openshift.io/Role': 'rbac.authorization.k8s.io/Role',
  'authorization.openshift.io/RoleBinding': 'rbac.authorization.k8s.io/RoleBinding',
  'project.openshift.io/Project': '/Namespace',
};
local scopes = {
  '/ConfigMap': 'Namespaced',
  '/Endpoints': 'Namespaced',
  '/Event': 'Namespaced',
  '/LimitRange': 'Namespaced',
  '/Namespace': 'Cluster',
  '/Node': 'Cluster',
  '/PersistentVolume': 'Cluster',
  '/PersistentVolumeClaim': 'Namespaced',
  '/Pod': 'Namespaced',
  '/PodTemplate': 'Namespaced',
  '/ReplicationController': 'Namespaced',
  '/ResourceQuota': 'Namespaced',
  '/Secret': 'Namespaced',
  '/Service': 'Namespaced',
  '/ServiceAccount': 'Namespaced',
  'admissionregistration.k8s.io/ExternalAdmissionHookConfiguration': 'Cluster',
  'admissionregistration.k8s.io/InitializerConfiguration': 'Cluster',
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': 'Cluster',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': 'Cluster',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': 'Cluster',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': 'Cluster',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': 'Cluster',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': 'Cluster',
  'apiextensions.k8s.io/CustomResourceDefinition': 'Cluster',
  'apiregistration.k8s.io/APIService': 'Cluster',
  'apps/ControllerRevision': 'Namespaced',
  'apps/DaemonSet': 'Namespaced',
  'apps/Deployment': 'Namespaced',
  'apps/PetSet': 'Namespaced',
  'apps/ReplicaSet': 'Namespaced',
  'apps/StatefulSet': 'Namespaced',
  'auditregistration.k8s.io/AuditSink': 'Cluster',
  'autoscaling/HorizontalPodAutoscaler': 'Namespaced',
  'batch/CronJob': 'Namespaced',
  'batch/Job': 'Namespaced',
  'batch/ScheduledJob': 'Namespaced',
  'certificates.k8s.io/CertificateSigningRequest': 'Cluster',
  'certificates.k8s.io/ClusterTrustBundle': 'Cluster',
  'certificates.k8s.io/PodCertificateRequest': 'Namespaced',
  'coordination.k8s.io/Lease': 'Namespaced',
  'coordination.k8s.io/LeaseCandidate': 'Namespaced',
  'discovery.k8s.io/EndpointSlice': 'Namespaced',
  'events.k8s.io/Event': 'Namespaced',
  'extensions/DaemonSet': 'Namespaced',
  'extensions/Deployment': 'Namespaced',
  'extensions/HorizontalPodAutoscaler': 'Namespaced',
  'extensions/Ingress': 'Namespaced',
  'extensions/Job': 'Namespaced',
  'extensions/NetworkPolicy': 'Namespaced',
  'extensions/PodSecurityPolicy': 'Cluster',
  'extensions/ReplicaSet': 'Namespaced',
  'extensions/ThirdPartyResource': 'Cluster',
  'flowcontrol.apiserver.k8s.io/FlowSchema': 'Cluster',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': 'Cluster',
  'internal.apiserver.k8s.io/StorageVersion': 'Cluster',
  'lifecycle.k8s.io/Eviction': 'Namespaced',
  'lifecycle.k8s.io/EvictionRequest': 'Namespaced',
  'networking.k8s.io/ClusterCIDR': 'Cluster',
  'networking.k8s.io/IPAddress': 'Cluster',
  'networking.k8s.io/Ingress': 'Namespaced',
  'networking.k8s.io/IngressClass': 'Cluster',
  'networking.k8s.io/NetworkPolicy': 'Namespaced',
  'networking.k8s.io/ServiceCIDR': 'Cluster',
  'node.k8s.io/RuntimeClass': 'Cluster',
  'policy/PodDisruptionBudget': 'Namespaced',
  'policy/PodSecurityPolicy': 'Cluster',
  'rbac.authorization.k8s.io/ClusterRole': 'Cluster',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'Cluster',
  'rbac.authorization.k8s.io/Role': 'Namespaced',
  'rbac.authorization.k8s.io/RoleBinding': 'Namespaced',
  'resource.k8s.io/DeviceClass': 'Cluster',
  'resource.k8s.io/DeviceTaintRule': 'Cluster',
  'resource.k8s.io/PodScheduling': 'Namespaced',
  'resource.k8s.io/PodSchedulingContext': 'Namespaced',
  'resource.k8s.io/ResourceClaim': 'Namespaced',
  'resource.k8s.io/ResourceClaimParameters': 'Namespaced',
  'resource.k8s.io/ResourceClaimTemplate': 'Namespaced',
  'resource.k8s.io/ResourceClass': 'Cluster',
  'resource.k8s.io/ResourceClassParameters': 'Namespaced',
  'resource.k8s.io/ResourcePoolStatusRequest': 'Cluster',
  'resource.k8s.io/ResourceSlice': 'Cluster',
  'scheduling.k8s.io/CompositePodGroup': 'Namespaced',
  'scheduling.k8s.io/PodGroup': 'Namespaced',
  'scheduling.k8s.io/PriorityClass': 'Cluster',
  'scheduling.k8s.io/Workload': 'Namespaced',
  'settings.k8s.io/PodPreset': 'Namespaced',
  'storage.k8s.io/CSIDriver': 'Cluster',
  'storage.k8s.io/CSINode': 'Cluster',
  'storage.k8s.io/CSIStorageCapacity': 'Namespaced',
  'storage.k8s.io/StorageClass': 'Cluster',
  'storage.k8s.io/VolumeAttachment': 'Cluster',
  'storage.k8s.io/VolumeAttributesClass': 'Cluster',
  'storagemigration.k8s.io/StorageVersionMigration': 'Cluster',
};
local delicateKinds = [
  {},
  {},
  {},
  {},
  {'Node': 'Cluster'},
  {},
  {},
  {'CSINode': 'Cluster', 'Project': 'Renamed'},
  {},
  {'AuditSink': 'Cluster', 'CSIDriver': 'Cluster', 'IPAddress': 'Cluster', 'Namespace': 'Cluster'},
  {'APIService': 'Cluster', 'FlowSchema': 'Cluster'},
  {'ClusterCIDR': 'Cluster', 'ClusterRole': 'Cluster', 'DeviceClass': 'Cluster', 'Environment': 'Environment', 'ServiceCIDR': 'Cluster'},
  {'IngressClass': 'Cluster', 'RuntimeClass': 'Cluster', 'ScheduledJob': 'Renamed', 'StorageClass': 'Cluster'},
  {'PriorityClass': 'Cluster', 'ResourceClass': 'Cluster', 'ResourceSlice': 'Cluster'},
  {'StorageVersion': 'Cluster'},
  {'DeviceTaintRule': 'Cluster'},
  {'PersistentVolume': 'Cluster', 'VolumeAttachment': 'Cluster'},
  {'PodSecurityPolicy': 'Cluster'},
  {'ClusterRoleBinding': 'Cluster', 'ClusterTrustBundle': 'Cluster', 'ThirdPartyResource': 'Cluster'},
  {},
  {},
  {'VolumeAttributesClass': 'Cluster'},
  {},
  {'MutatingAdmissionPolicy': 'Cluster', 'StorageVersionMigration': 'Cluster'},
  {'CustomResourceDefinition': 'Cluster', 'InitializerConfiguration': 'Cluster'},
  {'CertificateSigningRequest': 'Cluster', 'ResourcePoolStatusRequest': 'Cluster', 'ValidatingAdmissionPolicy': 'Cluster'},
  {'PriorityLevelConfiguration': 'Cluster'},
  {},
  {'MutatingWebhookConfiguration': 'Cluster'},
  {},
  {'MutatingAdmissionPolicyBinding': 'Cluster', 'ValidatingWebhookConfiguration': 'Cluster'},
  {},
  {'ValidatingAdmissionPolicyBinding': 'Cluster'},
  {},
  {'ExternalAdmissionHookConfiguration': 'Cluster'},
];
local unstored = {
  '/Binding': true,
  '/ComponentStatus': true,
  'authentication.k8s.io/SelfSubjectReview': true,
  'authentication.k8s.io/TokenReview': true,
  'authorization.k8s.io/LocalSubjectAccessReview': true,
  'authorization.k8s.io/SelfSubjectAccessReview': true,
  'authorization.k8s.io/SelfSubjectRulesReview': true,
  'authorization.k8s.io/SubjectAccessReview': true,
};
local configGroups = {
  'apiserver.k8s.io': true,
  'audit.k8s.io': true,
  'backstage.io': true,
  'chainsaw.kyverno.io': true,
  'cli.kyverno.io': true,
  'client.authentication.k8s.io': true,
  'config.kubernetes.io': true,
  'eksctl.io': true,
  'k3d.io': true,
  'kbld.k14s.io': true,
  'kind.x-k8s.io': true,
  'kpt.dev': true,
  'kubeadm.k8s.io': true,
  'kuniq.dev': true,
  'kustomize.config.k8s.io': true,
  'kuttl.dev': true,
  'skaffold': true,
  'tanka.dev': true,
  'test.gatekeeper.sh': true,
  'vendir.k14s.io': true,
};
local configKinds = {
  '/Config': true,
  'argoproj.io/ConfigManagementPlugin': true,
  'clusterctl.cluster.x-k8s.io/Metadata': true,
  'goabout.com/SopsSecretGenerator': true,
  'viaduct.ai/ksops': true,
};
local configVersions = {
  'builtin': true,
};
local configSuffixes = ['.config.k8s.io'];
// END GENERATED

// A node is a place in the tree: its value, its key, the node around it, the
// context, and what it is. There is one for every object, so that nodes are
// arrays, and their paths are not made before they are needed. They are linked
// and not nested calls, so that depth costs no stack.
local VALUE = 0, KEY = 1, AROUND = 2, CONTEXT = 3, CLASS = 4;

// What a node may be. Those up to NESTED hold others; those from NESTED on are
// kept when the walk goes on. NESTED is a List about which there is something to
// say. An ITEM is an object that may have its type from
// the List around it.
local NOTHING = 0, CONTAINER = 1, ENVIRONMENT = 2, LIST = 3, NESTED = 4;
local OBJECT = 5, ITEM = 6, STRAY_ITEMS = 7, BAD_ITEMS = 8, BAD_ITEM = 9, LEAF = 10;

// What is done for every object uses only functions that are native in every
// jsonnet; in C++ not even "==" is one. What is used twice is a local or an
// element of an array, because C++ evaluates a field whenever it is asked for.
// has sees no hidden fields.
local has(o, name) = std.objectHasEx(o, name, false);
local field(o, name) = if std.objectHasEx(o, name, false) then o[name];
local none = { array: false, boolean: false, 'function': false, 'null': false, number: false, object: false, string: false };
local TEXT = none { string: true }, OBJECTS = none { object: true }, ARRAYS = none { array: true }, NULL = none { 'null': true };
local LISTED = none { array: true, 'null': true };
local HOLDERS = none { object: true, array: true };
local isText(v) = TEXT[std.type(v)];
local isArray(v) = ARRAYS[std.type(v)];
local absent(v) =
  local type = std.type(v);
  NULL[type] || TEXT[type] && std.length(v) < 1;
// optional says whether something is a string or not there.
local optional(v) = NULL[std.type(v)] || TEXT[std.type(v)];
// mapping is for fields of what may be no object.
local mapping(v) = if std.type(v) == 'object' then v else {};

local isNamed(o) =
  local metadata = mapping(field(o, 'metadata'));
  !absent(field(metadata, 'name')) || !absent(field(metadata, 'generateName'));

// typed says what an object with a kind is. A List is one only with an array
// of items, or null; one without any is an object if it has a name, and else has
// nothing to say, but that it is inside of another one.
local typed(o, kind, context) =
  if !std.objectHasEx(o, 'items', false) then
    if context.listed && kind == 'List' && !isNamed(o) then NESTED else OBJECT
  else if LISTED[std.type(o.items)] then
    if !isText(kind) || !std.endsWith(kind, 'List') then STRAY_ITEMS
    else if context.listed || !isText(o.apiVersion) then NESTED
    else LIST
  else if kind == 'List' then BAD_ITEMS
  else OBJECT;

// classify says what a value is that stands outside of Lists.
local classify(v, context) =
  local type = std.type(v);
  if OBJECTS[type] then
    if !std.objectHasEx(v, 'apiVersion', false) || !std.objectHasEx(v, 'kind', false) then CONTAINER
    else
      local apiVersion = v.apiVersion, kind = v.kind;
      if absent(apiVersion) || absent(kind) then CONTAINER
      else if std.objectHasEx(v, 'data', false) && kind == 'Environment' && apiVersion == 'tanka.dev/v1alpha1' then
        ENVIRONMENT
      else typed(v, kind, context)
  else if ARRAYS[type] then CONTAINER
  else if NULL[type] then NOTHING
  else LEAF;

// itemKind is the kind of the items of a List.
local itemKind(kind) =
  if !isText(kind) then '' + kind
  else if std.endsWith(kind, 'List') then std.substr(kind, 0, std.length(kind) - 4)
  else kind;

// isManifest says whether an item of what is a List only to kubectl is an object,
// or a List that has some.
local isManifest(v, context, depth) =
  if std.type(v) != 'object' || depth > 4 then false
  else
    local apiVersion = field(v, 'apiVersion'), kind = field(v, 'kind'), items = field(v, 'items');
    local given(s) = isText(s) && s != '';
    local isTyped =
      given(apiVersion) && given(kind) ||
      !given(apiVersion) && !given(kind) && context.kind != '' && !absent(context.apiVersion);
    isTyped && std.type(field(v, 'metadata')) == 'object' ||
    given(kind) && isArray(items) && (
      local inner = { apiVersion: apiVersion, kind: itemKind(kind) };
      std.length(std.filter(function(item) isManifest(item, inner, depth + 1), items)) > 0
    );

// classifyItem says what an item of a List is. One of a typed List may leave
// out its type.
local classifyItem(v, context) =
  local asItem(class) = if class == OBJECT then ITEM else class;
  if std.type(v) != 'object' then (if context.listed then BAD_ITEM else NOTHING)
  else
    local kind = field(v, 'kind');
    if !absent(field(v, 'apiVersion')) && !absent(kind) then typed(v, kind, context)
    else if absent(field(v, 'apiVersion')) && absent(kind) then
      if context.kind != '' then asItem(typed(v, context.kind, context))
      else if context.listed then BAD_ITEM
      else NOTHING
    else if std.type(field(v, 'metadata')) == 'object' then asItem(typed(v, kind, context))
    else if absent(kind) || !isManifest(v, context, 1) then NOTHING
    else if itemKind(kind) == kind then LIST
    else NESTED;

// build joins what chunk(from, to) returns for parts of 0 to n, arrays or
// objects. It halves, because to append one by one takes quadratic time and
// memory in C++.
local build(n, chunk) =
  local part(from, to) =
    if to - from <= 64 then chunk(from, to)
    else
      local middle = std.floor((from + to) / 2);
      part(from, middle) + part(middle, to);
  part(0, n);

// gather joins the arrays that f returns for the elements of an array.
local gather(f, arr) =
  build(std.length(arr), function(from, to) std.flatMap(function(i) f(arr[i]), std.range(from, to - 1)));

// select returns the elements that are wanted. It could be made of gather, but
// is what takes the most time.
local select(wanted, arr) =
  build(
    std.length(arr),
    function(from, to) std.flatMap(function(i) if wanted(arr[i]) then [arr[i]] else [], std.range(from, to - 1))
  );

// Most trees are of plain objects and clean. A glance is enough to know that,
// and costs far less than the walk below, which has the last word on all else.

// delicately is nameOf for a delicate kind. What has no namespace in one group
// has none here in all.
local delicately(v, kind, name) =
  if delicateKinds[std.length(kind)][kind] != 'Cluster' then false
  else if kind == 'CustomResourceDefinition' && field(mapping(field(v, 'spec')), 'scope') != 'Namespaced' then false
  else kind + '/' + name;

// nameOf returns a string for an object, or false if it has to be looked at
// closely. Objects with one identity have one string; others may share it.
// Calls and locals are what takes time, so there are few. With two slashes more
// every apiVersion has three parts: "", or "/" if it had a slash, is the last.
local longest = std.length(delicateKinds) - 1;
local nameOf(v, namespace) =
  local apiVersion = v.apiVersion, kind = v.kind, metadata = v.metadata;
  if !TEXT[std.type(apiVersion)] || !TEXT[std.type(kind)] || !OBJECTS[std.type(metadata)] ||
     !std.objectHasEx(metadata, 'name', false) || std.objectHasEx(metadata, 'generateName', false) then false
  else
    local name = metadata.name, parts = std.splitLimit(apiVersion + '//', '/', 2), length = std.length(kind);
    if !TEXT[std.type(name)] || name <= '' || kind <= '' ||
       (if parts[2] > '' then parts[2] < '/' || parts[2] > '/' || parts[1] <= '' else parts[0] <= '') then false
    else if length <= longest && std.objectHasEx(delicateKinds[length], kind, false) then delicately(v, kind, name)
    else if !std.objectHasEx(metadata, 'namespace', false) then kind + '/' + name + '/' + namespace
    else
      local own = metadata.namespace;
      if TEXT[std.type(own)] && own > '' then kind + '/' + name + '/' + own else false;

// differ says whether no two strings in an array are the same. An object has
// every field but once; to sort would be slow in C++.
local differ(strings) =
  local add(all, i) = all { [strings[i]]: null };
  local distinct = build(std.length(strings), function(from, to) std.foldl(add, std.range(from, to - 1), {}));
  std.length(std.objectFields(distinct)) == std.length(strings);

// plainlyClean says whether a glance at everything shows that all is well. It
// goes level by level, as walk does. A glance returns the name of an object,
// what may hold others as it is, null for nothing, and false for what has to be
// looked at closely.
local plainlyClean(tree, options) =
  local namespace = options.namespace;
  local glance(v) =
    local type = std.type(v);
    if !OBJECTS[type] then (if ARRAYS[type] || NULL[type] then v else false)
    else if !std.objectHasEx(v, 'kind', false) || !std.objectHasEx(v, 'apiVersion', false) then v
    else if std.objectHasEx(v, 'items', false) || !std.objectHasEx(v, 'metadata', false) then false
    else nameOf(v, namespace);
  local inside(v) =
    local keys = if isArray(v) then std.range(0, std.length(v) - 1) else std.objectFields(v);
    std.makeArray(std.length(keys), function(i) glance(v[keys[i]]));
  local down(glances, done) =
    local n = std.length(glances), strings = std.filter(isText, glances), others = n - std.length(strings);
    local holders = if others < 1 then [] else std.filter(function(g) HOLDERS[std.type(g)], glances);
    local names = if others >= n then done else done + strings;
    if others > std.length(holders) && std.length(std.filter(function(g) NULL[std.type(g)], glances)) < others - std.length(holders) then false
    else if std.length(holders) < 1 then differ(names)
    else down(gather(inside, holders), names) tailstrict;
  std.length(options.clusterScoped) == 0 && down([glance(tree)], []);

// pathOf returns the keys on the way from the root to a node.
local pathOf(n) =
  local up(n, path) =
    if n[AROUND] == null then path else up(n[AROUND], [n[KEY]] + path) tailstrict;
  up(n, []);

// Strings of the input are shown in ASCII, so that none can act on a terminal.
local hex(i, digits) = if digits == 0 then '' else hex(std.floor(i / 16), digits - 1) + '0123456789abcdef'[i % 16];
local literal(s) =
  local unit(i) = '\\u' + hex(i, 4);
  local escape(c) =
    local i = std.codepoint(c);
    if c == '"' || c == '\\' then '\\' + c
    else if s == ':' || s == '::' then unit(i)  // go-jsonnet takes [":"] for a slice
    else if i >= 32 && i <= 126 then c
    else if i > 65535 then unit(55296 + std.floor((i - 65536) / 1024)) + unit(56320 + (i - 65536) % 1024)
    else unit(i);
  '"' + std.join('', [escape(c) for c in std.stringChars(s)]) + '"';

local LETTERS = std.stringChars('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_');
local DIGITS = std.stringChars('0123456789');
local KEYWORDS = [
  'assert', 'else', 'error', 'false', 'for', 'function', 'if', 'import', 'importbin', 'importstr',
  'in', 'local', 'null', 'self', 'super', 'tailstrict', 'then', 'true',
];
local count(arr, x) = std.length([y for y in arr if y == x]);
local isIdentifier(s) =
  s != '' && count(KEYWORDS, s) == 0 && count(DIGITS, s[0]) == 0 &&
  std.length([c for c in std.stringChars(s) if count(LETTERS, c) + count(DIGITS, c) == 0]) == 0;

// accessor returns the jsonnet expression that leads from the tree to a node.
local accessor(n) =
  local step(key) =
    if !isText(key) then '[' + key + ']'
    else if isIdentifier(key) then '.' + key
    else '[' + literal(key) + ']';
  std.join('', ['$'] + [step(key) for key in pathOf(n)]);

// inEnvironment is the context of what a Tanka Environment holds: a set of its
// own, and the namespace that Tanka fills in.
local inEnvironment(n) =
  local o = n[VALUE], metadata = mapping(field(o, 'metadata'));
  local text(v, default) = if isText(v) && v != '' then v else default;
  local set = std.toString([text(field(metadata, 'namespace'), ''), text(field(metadata, 'name'), accessor(n))]);
  local namespace = text(field(mapping(field(o, 'spec')), 'namespace'), 'default');
  n[CONTEXT] { set: set, namespace: namespace };

// inList is the context of the items of a List. To kubectl a ResourceList is
// none.
local inList(n) =
  local o = n[VALUE], context = n[CONTEXT];
  local own = field(o, 'kind');
  local kind = if absent(own) then context.kind else own;
  local apiVersion = if absent(own) then context.apiVersion else field(o, 'apiVersion');
  if kind == 'ResourceList' then context { listed: false, apiVersion: '', kind: '' }
  else context { listed: true, apiVersion: apiVersion, kind: itemKind(kind) };

// children returns the nodes in a node that holds others.
local children(n) =
  local v = n[VALUE], class = n[CLASS], context = n[CONTEXT];
  if class <= CONTAINER then
    if isArray(v) then
      [[v[i], i, n, context, classify(v[i], context)] for i in std.range(0, std.length(v) - 1)]
    else
      [[v[k], k, n, context, classify(v[k], context)] for k in std.objectFields(v)]
  else if class == ENVIRONMENT then
    local inner = inEnvironment(n), data = field(v, 'data');
    [[data, 'data', n, inner, classify(data, inner)]]
  else
    local inner = inList(n), own = field(v, 'items'), all = if isArray(own) then own else [], items = [all, 'items', n, inner, CONTAINER];
    local doubtful = class == STRAY_ITEMS || inner.listed && absent(inner.apiVersion);
    local classOf(item) = if doubtful && !isManifest(item, inner, 1) then NOTHING else classifyItem(item, inner);
    [[all[i], i, items, inner, classOf(all[i])] for i in std.range(0, std.length(all) - 1)];

// walk returns what is in the tree, level by level: a recursion would need
// more stack than the evaluation of the tree itself.
local walk(tree, namespace) =
  local context = { set: '[]', namespace: namespace, listed: false, apiVersion: '', kind: '' };
  // The type of the context is of no interest, but it makes jsonnet evaluate the
  // context now and not a thousand levels further down, all at once.
  local holds(n) = (n[CLASS] <= NESTED && n[CLASS] > NOTHING || n[CLASS] == STRAY_ITEMS) && OBJECTS[std.type(n[CONTEXT])];
  local down(nodes, done) =
    if std.length(nodes) == 0 then done
    else
      down(
        gather(children, select(holds, nodes)),
        done + select(function(n) n[CLASS] >= NESTED, nodes)
      ) tailstrict;
  down([[tree, '$', null, context, classify(tree, context)]], []);

// groups returns pairs of a key and something as arrays of those with one key.
local groups(pairs) =
  local sorted = std.sort(pairs, function(p) p[0]), n = std.length(sorted);
  local starts = select(function(i) i == 0 || sorted[i][0] != sorted[i - 1][0], std.makeArray(n, function(i) i));
  local end(g) = if g + 1 < std.length(starts) then starts[g + 1] else n;
  std.makeArray(std.length(starts), function(g) {
    key: sorted[starts[g]][0],
    all: std.makeArray(end(g) - starts[g], function(i) sorted[starts[g] + i][1]),
  });

// apiVersionOf and kindOf return the type of an object, be it inherited from a
// List.
local inherits(n) = n[CONTEXT].kind != '' && absent(field(n[VALUE], 'apiVersion')) && absent(field(n[VALUE], 'kind'));
local apiVersionOf(n) = if inherits(n) then n[CONTEXT].apiVersion else field(n[VALUE], 'apiVersion');
local kindOf(n) = if inherits(n) then n[CONTEXT].kind else field(n[VALUE], 'kind');

// groupOf returns the group of an apiVersion, or null if that is malformed.
local groupOf(apiVersion) =
  local parts = std.split(apiVersion, '/');
  if std.length(parts) == 1 && apiVersion != '' then ''
  else if std.length(parts) == 2 && parts[1] != '' then parts[0];

local isConfig(apiVersion, group, type) =
  has(configGroups, group) || has(configKinds, type) || has(configVersions, apiVersion) ||
  std.length([s for s in configSuffixes if std.endsWith(group, s)]) > 0;

// typeOf returns the type under which a server stores an object, or null.
local typeOf(apiVersion, kind, aliases) =
  local group = groupOf(apiVersion);
  if group != null then
    local written = group + '/' + kind;
    local type = if has(aliases, written) then aliases[written] else written;
    if has(scopes, type) then type
    else if !has(unstored, type) && !isConfig(apiVersion, group, written) then type;

// typeKey joins the set and the type of an object as they are written, or
// returns null if it has no type.
local typeKey(n) =
  local isItem = n[CLASS] >= ITEM;
  local apiVersion = if isItem then apiVersionOf(n) else n[VALUE].apiVersion;
  local kind = if isItem then kindOf(n) else n[VALUE].kind;
  if isText(apiVersion) && isText(kind) then n[CONTEXT].set + std.length(apiVersion) + ',' + apiVersion + kind;

// What an entry of the table of types says: the type under which a server
// stores an object, whether it is cluster-scoped, and how the keys of its
// objects begin.
local TYPE = 0, CLUSTER = 1, START = 2;

// namespaceOf returns the namespace that a server would put an object into.
local namespaceOf(n, namespace, type) =
  if type[CLUSTER] then '' else if absent(namespace) then n[CONTEXT].namespace else namespace;

// keyOf returns what tells the identity of an object from all others, or null
// if it has none or not a legible one. type is its entry in the table of types.
local keyOf(n, type) =
  local o = n[VALUE], metadata = if std.objectHasEx(o, 'metadata', false) then o.metadata;
  if ARRAYS[std.type(type)] && OBJECTS[std.type(metadata)] && std.objectHasEx(metadata, 'name', false) then
    local name = metadata.name;
    local namespace = if std.objectHasEx(metadata, 'namespace', false) then metadata.namespace;
    if TEXT[std.type(name)] && std.length(name) > 0 && optional(namespace) &&
       (!std.objectHasEx(metadata, 'generateName', false) || optional(metadata.generateName)) then
      local into = namespaceOf(n, namespace, type);
      type[START] + std.length(into) + ',' + into + name;

// definitions returns the scopes that CRDs declare, by set and type.
local definitions(crds) =
  local define(n) =
    local spec = mapping(field(n[VALUE], 'spec')), names = mapping(field(spec, 'names'));
    local group = field(spec, 'group'), kind = field(names, 'kind'), scope = field(spec, 'scope');
    if isText(group) && group != '' && isText(kind) && kind != '' then
      [[n[CONTEXT].set + group + '/' + kind, { set: n[CONTEXT].set, group: group, scope: if absent(scope) then 'Namespaced' else scope }]]
    else [];
  groups(gather(define, crds));

// rulesOf makes of the options and the CRDs what identities go by.
local rulesOf(crds, options) =
  local all = aliases + (if options.openshift then openshiftAliases else {});
  local defined = definitions(crds);
  // A group without a dot is refused by every server, and scopes that
  // contradict each other say nothing.
  local speaks(d) =
    std.length(std.split(d.all[0].group, '.')) > 1 &&
    std.length([s for s in d.all if s.scope != d.all[0].scope]) == 0 &&
    (d.all[0].scope == 'Cluster' || d.all[0].scope == 'Namespaced');
  local given(s) =
    local parts = std.splitLimit(s, '.', 1);
    (if std.length(parts) > 1 then parts[1] else '') + '/' + parts[0];
  local canonical(type) = if has(all, type) then all[type] else type;
  {
    aliases: all,
    defined: { [d.key]: d.all[0].scope for d in defined if speaks(d) },
    groups: { [g]: true for g in std.set([d.all[0].set + d.all[0].group for d in defined]) },
    cluster: { [type]: true for type in std.set(std.flatMap(function(s) [given(s), canonical(given(s))], options.clusterScoped)) },
  };

local isCluster(type, set, rules) =
  if has(rules.cluster, type) then true
  else if has(rules.defined, set + type) then rules.defined[set + type] == 'Cluster'
  else has(scopes, type) && scopes[type] == 'Cluster';

// identities returns, for objects in the tree, an array of their keys, which
// are equal if and only if the identities are, or null if there is none; a
// function that returns the identity of the object at an index; and the rules.
// What depends on the type alone is made once for each type in the tree.
local identities(objects, options) =
  local n = std.length(objects), typeKeys = std.makeArray(n, function(i) typeKey(objects[i]));
  local meet(met, i) =
    local key = typeKeys[i];
    if !TEXT[std.type(key)] || std.objectHasEx(met, key, false) then met else met { [key]: i };
  local met = build(n, function(from, to) std.foldl(meet, std.range(from, to - 1), {}));
  local isCRD(o) = kindOf(o) == 'CustomResourceDefinition' && groupOf(apiVersionOf(o)) == 'apiextensions.k8s.io';
  local ofCRDs = { [key]: true for key in std.objectFields(met) if isCRD(objects[met[key]]) };
  local crds = if ofCRDs == {} then [] else select(function(i) typeKeys[i] != null && has(ofCRDs, typeKeys[i]), std.range(0, n - 1));
  local rules = rulesOf([objects[i] for i in crds], options);
  local entry(o) =
    local type = typeOf(apiVersionOf(o), kindOf(o), rules.aliases), set = o[CONTEXT].set;
    if type != null then [
      type,
      isCluster(type, set, rules),
      set + std.length(type) + ',' + type,
    ];
  local distinct = std.objectFields(met);
  local entries = [entry(objects[met[key]]) for key in distinct];
  local places = { [distinct[i]]: i for i in std.range(0, std.length(distinct) - 1) };
  local typeOfObject(i) = if isText(typeKeys[i]) then entries[places[typeKeys[i]]];
  {
    keys: std.makeArray(n, function(i) keyOf(objects[i], typeOfObject(i))),
    id(i)::
      local o = objects[i], type = typeOfObject(i), parts = std.splitLimit(type[TYPE], '/', 1);
      local metadata = o[VALUE].metadata;
      { group: parts[0], kind: parts[1], namespace: namespaceOf(o, field(metadata, 'namespace'), type), name: metadata.name },
    rules:: rules,
  };

// duplicates returns the arrays of indexes of keys that are equal. missing is
// how many are null.
local duplicates(keys, missing) =
  // An object has every field but once. This is the fast way to know that all
  // is well, as it mostly is: to sort is slow in C++.
  local add(all, i) = if TEXT[std.type(keys[i])] then all { [keys[i]]: null } else all;
  local distinct = build(std.length(keys), function(from, to) std.foldl(add, std.range(from, to - 1), {}));
  if std.length(std.objectFields(distinct)) == std.length(keys) - missing then []
  else
    local pairs = gather(function(i) if isText(keys[i]) then [[keys[i], i]] else [], std.range(0, std.length(keys) - 1));
    [g.all for g in groups(pairs) if std.length(g.all) > 1];

// contentOf returns what is compared of a node. A copy that spells out the default
// namespace is the same as one that names none.
local contentOf(n, id) =
  local o = n[VALUE];
  if id.namespace != '' && id.namespace == n[CONTEXT].namespace && std.objectHas(o.metadata, 'namespace')
  then o { metadata+: { namespace:: null } } else o;

// collide describes nodes that have one identity, in the order of the tree.
local collide(declared, id) =
  local sorted = std.sort(declared, pathOf);
  local contents = [std.toString(contentOf(n, id)) for n in sorted];
  local identical = std.length([c for c in contents if c != contents[0]]) == 0;
  {
    rule: if identical then 'identical-object' else 'duplicate-object',
    id: id,
    identical: identical,
    paths: [accessor(n) for n in sorted],
    order:: pathOf(sorted[0]),
  };

// hasVariable says whether an identity has a variable "${VAR}", which Flux
// replaces later, so that it is equal to no other. "$$" stands for "$".
local hasVariable(id) =
  local isIn(s) =
    local text = std.strReplace(s, '$$', ' '), begins = std.findSubstr('${', text), ends = std.findSubstr('}', text);
    std.length(begins) > 0 && std.length(ends) > 0 && ends[std.length(ends) - 1] > begins[0];
  std.length([s for s in [id.group, id.kind, id.namespace, id.name] if isIn(s)]) > 0;

// glob says whether a pattern is all of a string: "*" stands for any
// characters, "?" for one. reached[i] says whether what was read of the string
// ends where the first i characters of the pattern do.
local glob(pattern, s) =
  local p = std.stringChars(pattern), n = std.length(p);
  local stars(reached) = std.foldl(
    function(done, i) done + [reached[i] || i > 0 && p[i - 1] == '*' && done[i - 1]], std.range(0, n), []
  );
  local read(reached, c) =
    stars([i > 0 && reached[i - 1] && (p[i - 1] == c || p[i - 1] == '?') || i < n && p[i] == '*' && reached[i] for i in std.range(0, n)]);
  std.foldl(read, std.stringChars(s), stars([i == 0 for i in std.range(0, n)]))[n];

// ignores says whether a pattern "KIND[.GROUP] [NAMESPACE/]NAME" is about an
// identity.
local ignores(pattern, id) =
  local parts = std.splitLimit(pattern, ' ', 1);
  if std.length(parts) < 2 || parts[0] == '' || parts[1] == '' then
    error 'kuniq: ' + literal(pattern) + ' is not of the form KIND[.GROUP] [NAMESPACE/]NAME'
  else
    local type = std.splitLimit(parts[0], '.', 1);
    local full = if id.namespace == '' then id.name else id.namespace + '/' + id.name;
    glob(type[0], id.kind) && (std.length(type) == 1 || glob(type[1], id.group)) &&
    (glob(parts[1], full) || std.length(std.split(parts[1], '/')) == 1 && glob(parts[1], id.name));

// isKnown says whether a group is built in or defined in the set. In others a
// tool may read what needs no name.
local isKnown(group, set, rules) =
  has(rules.groups, set + group) ||
  std.length([t for t in std.objectFields(scopes + unstored) if std.startsWith(t, group + '/')]) > 0;

// problemsOf returns what is wrong with one node, as arrays of a rule and words.
local problemsOf(n, rules) =
  local o = n[VALUE], apiVersion = apiVersionOf(n), kind = kindOf(n), metadata = mapping(field(o, 'metadata'));
  local group = if isText(apiVersion) then groupOf(apiVersion);
  local type = group + '/' + kind;
  local isConfigKind = group != null && isText(kind) && isConfig(apiVersion, group, type);
  local wrong = [f[0] for f in [
    ['apiVersion', apiVersion],
    ['kind', kind],
    ['metadata.name', field(metadata, 'name')],
    ['metadata.namespace', field(metadata, 'namespace')],
    ['metadata.generateName', field(metadata, 'generateName')],
  ] if !optional(f[1])];
  if n[CLASS] == BAD_ITEM then [['invalid-type', 'is an item of a List and no object']]
  else if n[CLASS] == BAD_ITEMS || n[CLASS] == NESTED then (
    if n[CONTEXT].listed then [['nested-list', 'is a List inside a List, which kubectl refuses']] else []
  ) + (
    if n[CLASS] == BAD_ITEMS then [['invalid-type', 'is a List whose items are not an array']] else []
  ) + (
    if optional(apiVersion) then [] else [['not-a-string', 'has an apiVersion that is not a string']]
  )
  else if isConfigKind then []
  else (
    if n[CLASS] == STRAY_ITEMS then
      [['stray-items', 'has a top-level field items; kubectl takes it for a List and drops the object']]
    else []
  ) + (
    if std.length(wrong) > 0 then [['not-a-string', 'has a ' + wrong[0] + ' that is not a string']]
    else if absent(apiVersion) || absent(kind) || kind == 'List' && !isNamed(o) then []
    else if group == null then [['invalid-type', 'has a malformed apiVersion']]
    else if has(unstored, type) || !absent(field(metadata, 'name')) || !absent(field(metadata, 'generateName')) then []
    else if isKnown(group, n[CONTEXT].set, rules) then [['no-name', 'has neither metadata.name nor metadata.generateName']]
    else []
  );

local defaults = { namespace: '', identical: 'error', clusterScoped: [], openshift: false, ignore: [] };
// settled returns the options with nothing left out, or fails: one that is
// misspelled would have no effect.
local settled(options) =
  local all = defaults + options;
  local wrong = [
    k
    for k in std.objectFieldsAll(all)
    if !has(defaults, k) || std.type(all[k]) != std.type(defaults[k]) ||
       k == 'identical' && all[k] != 'error' && all[k] != 'allow'
  ];
  if std.length(wrong) == 0 then all
  else error 'kuniq: there is no option ' + literal(wrong[0]) + ', or not with this value';

// closely returns the report on any tree.
local closely(tree, given) =
  local nodes = walk(tree, given.namespace);
  local odd = select(function(n) n[CLASS] <= NESTED || n[CLASS] > ITEM, nodes);
  local leaves = select(function(n) n[CLASS] >= LEAF, odd);
  local objects =
    if std.length(odd) == 0 then nodes
    else select(function(n) n[CLASS] >= OBJECT && n[CLASS] <= STRAY_ITEMS, nodes);
  local known = identities(objects, given), keys = known.keys;
  local missing = select(function(i) !TEXT[std.type(keys[i])], std.range(0, std.length(keys) - 1));
  local collisions = [
    c
    for c in [collide([objects[i] for i in same], known.id(same[0])) for same in duplicates(keys, std.length(missing))]
    if !(c.identical && given.identical == 'allow') && !hasVariable(c.id) &&
       std.length([pattern for pattern in given.ignore if ignores(pattern, c.id)]) == 0
  ];
  local doubtful = odd + [objects[i] for i in missing if objects[i][CLASS] != STRAY_ITEMS];
  local problems = gather(function(n) [[n, p] for p in problemsOf(n, known.rules)], doubtful);
  if std.length(leaves) > 0 then
    error 'kuniq: ' + accessor(leaves[0]) + ' is a ' + std.type(leaves[0][VALUE]) + ', not a Kubernetes object'
  else {
    collisions: std.sort(collisions, function(c) c.order),
    problems: [
      { rule: p[1][0], path: accessor(p[0]), message: p[1][1] }
      for p in std.sort(problems, function(p) pathOf(p[0]))
    ],
  };

local report(tree, options) =
  local given = settled(options);
  if plainlyClean(tree, given) then { collisions: [], problems: [] } else closely(tree, given);

// named returns a string of the input for a message: cut, and in quotes if
// there is anything unusual in it.
local named(s) =
  local cut = if std.length(s) > 253 then std.substr(s, 0, 253) + '...' else s;
  local quoted = literal(cut);
  if quoted == '"' + cut + '"' then cut else quoted;

// listed joins words, but not too many of them.
local listed(words, most, separator) =
  local more = std.length(words) - most;
  std.join(separator, if more > 0 then words[:most] + ['and ' + more + ' more'] else words);

local line(c) =
  local type = c.id.kind + (if c.id.group == '' then '' else '.' + c.id.group);
  local name = (if c.id.namespace == '' then '' else named(c.id.namespace) + '/') + named(c.id.name);
  local times = if std.length(c.paths) == 2 then 'twice' else std.length(c.paths) + ' times';
  named(type) + ' ' + name + ' is declared ' + times +
  (if c.identical then ' with identical contents' else ' with different contents') +
  ': ' + listed([named(p) for p in c.paths], 10, ', ') + ' [' + c.rule + ']';

// message returns what check says, or nothing if all is well.
local message(r) =
  local lines = [line(c) for c in r.collisions] +
                [named(p.path) + ' ' + p.message + ' [' + p.rule + ']' for p in r.problems];
  if std.length(lines) == 0 then '' else 'kuniq: ' + listed(lines, 20, '\n');

{
  // check returns the tree, or fails and names every collision.
  check(tree, options={})::
    local said = message(report(tree, options));
    if said == '' then tree else error said,

  // ok returns true, or fails as check does: assert kuniq.ok(self).
  ok(tree, options={})::
    local said = message(report(tree, options));
    if said == '' then true else error said,

  // collisions returns an array with one element for each object that is
  // declared more than once: its id, whether the declarations are identical,
  // and their paths. It fails if an object has no legible identity, because
  // then an empty array would say too much.
  collisions(tree, options={})::
    local r = report(tree, options);
    if r.problems == [] then r.collisions else error message(r { collisions: [] }),

  // report returns what check goes by, and never fails but for a leaf that is
  // no object: the collisions, and other problems, each with a rule, a path and
  // a message.
  report(tree, options={}):: report(tree, options),
}
