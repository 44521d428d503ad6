# Starts the host: the files beside this one become modules whose built-in names are copies, so that a program that replaces
# built-ins does not reach them.
# Not here: what the host does (host.py).
# Invariant: nothing of a person's program has run when main() begins; afterwards this folder is not on sys.path.
import builtins
import os
import sys
import types

FOLDER = os.path.dirname(os.path.abspath(__file__))
PARTS = ('guard', 'values', 'paths', 'outline', 'nodes', 'lift', 'snapshot', 'loading', 'scenario', 'host')


def part(name):
    path = os.path.join(FOLDER, name + '.py')
    module = types.ModuleType('whygrad_host.' + name)
    module.__dict__['__builtins__'] = dict(vars(builtins))
    with open(path, encoding='utf-8') as file:
        code = compile(file.read(), path, 'exec')
    sys.modules[module.__name__] = module
    exec(code, module.__dict__)
    return module


package = types.ModuleType('whygrad_host')
package.__path__ = []
sys.modules['whygrad_host'] = package
for each in PARTS:
    setattr(package, each, part(each))
sys.path[0:1] = []
package.host.main()
