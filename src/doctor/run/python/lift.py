# Loop bodies that compute gradients, made into functions of their free names.
# Not here: what is done with them.
# Invariant: a lifted function runs the statements as they stand, once; it returns the names that they assign.
import ast
import builtins
import re

from whygrad_host.outline import FUNCTIONS, _insides

# dW, dz2, db, dL_dw, grad, W_grad, gradients, l1_delta, delta3, nabla_b: how people call what a loop descends along.
GRADIENT = re.compile(r'^(d[A-Z]\w*|d[a-z]?\d*|d_\w+|d[a-z]{1,2}_?d?[a-z]*\d*|\w*(grad|delta|nabla)\w*)$')
_NOT = re.compile(r'^(data|dim|dims|do|day|days|dict|dir|dist|dot|drop|dt|dtype|df|de)$')
_BUILTIN = frozenset(dir(builtins))


def lifted(tree, text):
    """(name, function node, described) for each loop that assigns a gradient, outermost names first."""
    known = _module_names(tree)
    found = []
    count = 0
    for loop in _loops(tree.body):
        count += 1
        name = '<script>' if count == 1 else '<script %d>' % count
        found.append(_lift(loop, name, known, text))
    for owner in ast.walk(tree):
        if isinstance(owner, FUNCTIONS):
            inner = [loop for loop in _loops(owner.body)]
            for number, loop in enumerate(inner, 1):
                name = '%s.<loop>' % owner.name if number == 1 else '%s.<loop %d>' % (owner.name, number)
                found.append(_lift(loop, name, known, text))
    return found


def _module_names(tree):
    names = set()
    for each in ast.walk(tree):
        if isinstance(each, FUNCTIONS + (ast.ClassDef,)):
            names.add(each.name)
        elif isinstance(each, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).split('.')[0] for alias in each.names)
    for each in tree.body:
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Lambda):
            names.update(target.id for target in each.targets if isinstance(target, ast.Name))
    return names


def _loops(body):
    """Loops, not inside a function, whose own statements assign a gradient."""
    for statement in body:
        if isinstance(statement, FUNCTIONS + (ast.ClassDef,)):
            continue
        if isinstance(statement, (ast.For, ast.While)) and _assigns_gradient(statement.body):
            yield statement
        for part in ('body', 'orelse', 'finalbody'):
            for loop in _loops(getattr(statement, part, [])):
                yield loop


def _assigns_gradient(body):
    for statement in body:
        if isinstance(statement, (ast.For, ast.While) + FUNCTIONS + (ast.ClassDef,)):
            continue
        if isinstance(statement, (ast.If, ast.With, ast.Try)):
            if _assigns_gradient(statement.body):
                return True
        for target in _targets(statement):
            if isinstance(target, ast.Name) and GRADIENT.match(target.id) and not _NOT.match(target.id):
                return True
    return False


def _targets(statement):
    if isinstance(statement, ast.Assign):
        out = list(statement.targets)
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        out = [statement.target]
    else:
        return []
    while any(isinstance(each, (ast.Tuple, ast.List)) for each in out):
        out = [inner for each in out for inner in (each.elts if isinstance(each, (ast.Tuple, ast.List)) else [each])]
    return out


def _is_talk(statement):
    """Prints and conditions that hold nothing else."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return isinstance(statement.value.func, ast.Name) and statement.value.func.id == 'print'
    if isinstance(statement, ast.If):
        return all(_is_talk(each) for each in statement.body + statement.orelse)
    return isinstance(statement, ast.Pass)


def _lift(loop, name, known, text):
    body = [each for each in loop.body if not _is_talk(each)]
    free, assigned = [], []
    for statement in body:
        _names(statement, free, assigned, known)
    parameters = free
    function = _build(body, parameters, assigned)
    described = {
        'name': name,
        'parameters': [{'name': each} for each in parameters],
        'doc': text.comment_above(loop.lineno),
        'line': loop.lineno,
        'endLine': loop.end_lineno,
        'text': text.of(loop),
        'isLifted': True,
        'isExported': False,
    }
    described.update(_insides(loop, text))
    described['returned'] = assigned
    return name, function, described


def _names(node, free, assigned, known):
    """Collects, in the order of evaluation, names that are read before they are assigned."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            if node.id not in assigned and node.id not in free and node.id not in known and node.id not in _BUILTIN:
                free.append(node.id)
        elif node.id not in assigned:
            assigned.append(node.id)
        return
    if isinstance(node, ast.AugAssign):
        _names(node.value, free, assigned, known)
        if isinstance(node.target, ast.Name):
            _names(ast.Name(node.target.id, ast.Load()), free, assigned, known)
        _names(node.target, free, assigned, known)
        return
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.Lambda) + FUNCTIONS):
        _names_inside(node, free, assigned, known)
        return
    for field in _order(node):
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST):
                _names(child, free, assigned, known)


def _order(node):
    fields = [getattr(node, name, None) for name in node._fields]
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return [node.value] + [each for each in fields if each is not node.value]
    if isinstance(node, ast.For):
        return [node.iter, node.target, node.body, node.orelse]
    return fields


def _names_inside(node, free, assigned, known):
    """A comprehension or function: its own names are neither free nor assigned outside."""
    own = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
    own |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id not in own:
            _names(each, free, assigned, known)
    if isinstance(node, FUNCTIONS) and node.name not in assigned:
        assigned.append(node.name)


def _build(body, parameters, assigned):
    """def lifted(parameters): for _ in (0,): body;  return the assigned names that have a value."""
    once = ast.For(ast.Name('__once', ast.Store()), ast.Tuple([ast.Constant(0)], ast.Load()), body or [ast.Pass()], [])
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg(each, None) for each in parameters], vararg=None, kwonlyargs=[],
                              kw_defaults=[], kwarg=None, defaults=[])
    answer = ast.Return(ast.Call(ast.Name('__whygrad_assigned', ast.Load()),
                                 [ast.Call(ast.Name('__whygrad_locals', ast.Load()), [], []),
                                  ast.Tuple([ast.Constant(each) for each in assigned], ast.Load())], []))
    made = ast.parse('def lifted(): pass').body[0]
    made.args = arguments
    made.body = [once, answer]
    return made


def assigned_of(names_now, names):
    return {name: names_now[name] for name in names if name in names_now}
