{{- define "millrace.name" -}}
{{- $name := .Chart.Name -}}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}

{{- define "millrace.workloads" -}}
gateway repositories configstore runservice scheduler datamanager executor
{{- end -}}

{{/* The values of a workload over those of all pods. */}}
{{- define "millrace.values" -}}
{{- mergeOverwrite (deepCopy .root.Values.pods) (index .root.Values .name) | toYaml -}}
{{- end -}}

{{- define "millrace.selector" -}}
app.kubernetes.io/name: millrace
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "millrace.labels" -}}
{{ include "millrace.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "millrace.settings" -}}
{{- $common := deepCopy .root.Values.settings -}}
{{- if eq .name "executor" }}{{ $common = omit $common "storage" }}{{ end -}}
{{- mergeOverwrite $common (deepCopy (default dict (index .root.Values .name "settings"))) | toYaml -}}
{{- end -}}

{{- define "millrace.pod" -}}
{{- $root := .root -}}
{{- $values := include "millrace.values" . | fromYaml -}}
{{- $settings := include "millrace.settings" . | fromYaml -}}
{{- $isGateway := or (eq .name "gateway") (eq .name "repositories") -}}
metadata:
  labels:
    {{- include "millrace.labels" . | nindent 4 }}
    {{- if $isGateway }}
    millrace/serves: people
    {{- end }}
  annotations:
    checksum/settings: {{ include "millrace.settings" . | sha256sum }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  # None of them asks Kubernetes for anything.
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if hasKey $values "hostUsers" }}
  hostUsers: {{ $values.hostUsers }}
  {{- end }}
  securityContext:
    {{- toYaml $values.podSecurityContext | nindent 4 }}
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "millrace.selector" . | nindent 10 }}
  containers:
    - name: millrace
      image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args:
        - {{ if $isGateway }}gateway{{ else }}{{ .name }}{{ end }}
        - --config=/etc/millrace/settings/millrace.yml
        - --set=internal.advertise=$(POD_IP)
        {{- if eq .name "repositories" }}
        - --set=gateway.git.enabled=true
        {{- end }}
        {{- if eq .name "executor" }}
        - --set=executor.id=$(POD_NAME)
        {{- if not (dig "gateway" "url" "" $settings) }}
        - --set=gateway.url=http://{{ include "millrace.name" $root }}-gateway:{{ $root.Values.service.port }}
        {{- end }}
        {{- end }}
      env:
        - name: POD_IP
          valueFrom: {fieldRef: {fieldPath: status.podIP}}
        - name: POD_NAME
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        - name: MILLRACE_JVM_OPTIONS
          value: {{ $values.jvmOptions | quote }}
      ports:
        - {name: internal, containerPort: 7421}
        {{- if $isGateway }}
        - {name: http, containerPort: 7420}
        {{- end }}
      # A role that waits for Kafka, etcd or the storage lives, and says what it waits for in /readyz.
      startupProbe:
        httpGet: {path: /livez, port: internal}
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /livez, port: internal}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: internal}
        periodSeconds: 5
        timeoutSeconds: 5
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        {{- toYaml $values.securityContext | nindent 8 }}
      volumeMounts:
        - {name: settings, mountPath: /etc/millrace/settings, readOnly: true}
        - {name: secrets, mountPath: /etc/millrace/secrets, readOnly: true}
        - {name: data, mountPath: /var/lib/millrace}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: settings
      configMap: {name: {{ include "millrace.name" $root }}-{{ .name }}}
    - name: secrets
      secret: {secretName: {{ $values.secret | quote }}, defaultMode: 0440}
    - name: tmp
      emptyDir: {}
    {{- if not $values.storage.enabled }}
    - name: data
      emptyDir: {}
    {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
