// What Millrace does when this repository is pushed to. docs/configuration.md explains every field.
local task(name, command, more={}) = {
  name: name,
  steps: [{ clone: {} }, { run: command }],
} + more;

function(ctx) {
  runs: [
    {
      name: 'build',
      tasks: [
        task('compile', 'echo "put your build here, for example: make"'),
        task('test', 'echo testing', { depends: ['compile'] }),
      ],
    },
  ] + (if ctx.branch == 'main' then [
    { name: 'release', tasks: [task('publish', 'echo published', { approval: true })] },
  ] else []),
}
