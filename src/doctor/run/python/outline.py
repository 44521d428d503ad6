# What a file contains, read from its syntax: functions, classes, parameters, calls, what is assigned and returned.
# Not here: values (loading.py), places of single nodes (nodes.py).
# Invariant: nothing of the program runs to make an outline; lines count from 1 in the text that was given.
import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Text:
    """A source with its lines, to cut pieces out of."""

    def __init__(self, source):
        self.source = source
        self.lines = source.split('\n')
        self.bytes = [line.encode('utf-8') for line in self.lines]

    def of(self, node):
        first, last = node.lineno - 1, node.end_lineno - 1
        if first == last:
            return self.bytes[first][node.col_offset:node.end_col_offset].decode('utf-8')
        parts = [self.bytes[first][node.col_offset:]] + self.bytes[first + 1:last] + [self.bytes[last][:node.end_col_offset]]
        return b'\n'.join(parts).decode('utf-8')

    def comment_above(self, line):
        """The block of comments that ends directly above a line."""
        found = []
        at = line - 2
        while at >= 0 and self.lines[at].strip().startswith('#'):
            found.append(self.lines[at].strip().lstrip('#').strip())
            at -= 1
        return '\n'.join(reversed(found))


def outline(tree, text):
    """Functions, classes and the module's own statements of a file."""
    functions, classes = [], []
    for statement in _flat(tree.body):
        if isinstance(statement, FUNCTIONS):
            functions.extend(_function_with_nested(statement, text, '', False))
        elif isinstance(statement, ast.ClassDef):
            described, nested = _class(statement, text)
            classes.append(described)
            functions.extend(nested)
        else:
            functions.extend(_lambdas(statement, text))
    functions.append(_module(tree, text))
    return {'functions': functions, 'classes': classes}


def _flat(body):
    """Statements of a module, those within if, try and with included."""
    for statement in body:
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for inner in ('body', 'orelse', 'finalbody'):
                for found in _flat(getattr(statement, inner, [])):
                    yield found
            for handler in getattr(statement, 'handlers', []):
                for found in _flat(handler.body):
                    yield found
        else:
            yield statement


def _function_with_nested(node, text, prefix, method, nested=False):
    described = [function(node, text, prefix + node.name, method, nested)]
    for inner in own_statements(node):
        if isinstance(inner, FUNCTIONS):
            described.extend(_function_with_nested(inner, text, prefix + node.name + '.', False, True))
        elif isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Lambda):
            described.extend(_lambdas(inner, text, prefix + node.name + '.', True))
    return described


def own_statements(node):
    """Nodes below a function that are not inside a function or class of its own; those themselves are included."""
    todo = list(node.body) if isinstance(node.body, list) else [node.body]
    while todo:
        here = todo.pop(0)
        yield here
        if not isinstance(here, FUNCTIONS + (ast.ClassDef,)):
            todo[0:0] = list(ast.iter_child_nodes(here))


def function(node, text, name, method=False, nested=False):
    decorators = [text.of(each) for each in node.decorator_list]
    static = 'staticmethod' in decorators
    out = {
        'name': name,
        'parameters': _parameters(node.args, text, method and not static),
        'doc': _doc(node, text),
        'line': node.lineno,
        'endLine': node.end_lineno,
        'text': text.of(node),
        'isExported': not nested,
    }
    out.update(_insides(node, text))
    if static:
        out['isStatic'] = True
    if nested:
        out['isNested'] = True
    if any(each == 'property' or each.endswith('cached_property') for each in decorators):
        out['isProperty'] = True
    if node.returns is not None:
        out['returns'] = text.of(node.returns)
    return out


def _doc(node, text):
    doc = ast.get_docstring(node)
    if doc:
        return doc
    first = min([node.lineno] + [each.lineno for each in getattr(node, 'decorator_list', [])])
    return text.comment_above(first)


def _parameters(args, text, bound):
    plain = list(getattr(args, 'posonlyargs', [])) + list(args.args)
    defaults = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    out = [_parameter(each, default, text) for each, default in zip(plain, defaults)]
    out = out[1:] if bound else out
    if args.vararg is not None:
        out.append(dict(_parameter(args.vararg, None, text), rest=True))
    for each, default in zip(args.kwonlyargs, args.kw_defaults):
        out.append(dict(_parameter(each, default, text), keyword=True))
    if args.kwarg is not None:
        out.append(dict(_parameter(args.kwarg, None, text), rest=True, keyword=True))
    return out


def _parameter(node, default, text):
    out = {'name': node.arg}
    if node.annotation is not None:
        out['hint'] = text.of(node.annotation)
    if default is not None:
        out['default'] = text.of(default)
    return out


def _insides(node, text):
    """Calls, assigned names and returned expressions of one function, without those of functions inside it."""
    if isinstance(node, ast.Lambda):
        found = [each for each in ast.walk(node.body)]
        returned = [text.of(node.body)]
    else:
        found = [each for each in own_statements(node) if not isinstance(each, FUNCTIONS + (ast.ClassDef,))]
        returned = [text.of(each.value) for each in found if isinstance(each, ast.Return) and each.value is not None]
    return {'calls': _calls(found, text), 'assigns': _assigns(found, text), 'returned': returned}


def _calls(found, text):
    given = {}
    for each in found:
        if isinstance(each, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and isinstance(each.value, ast.Call):
            given[each.value] = [name for target in _targets(each) for name in _names(target, text)]
    out = []
    for each in found:
        if isinstance(each, ast.Call):
            call = {'callee': text.of(each.func), 'args': [_argument(a, text) for a in each.args], 'line': each.lineno}
            call['args'].extend('%s=%s' % (k.arg, text.of(k.value)) if k.arg else '**' + text.of(k.value) for k in each.keywords)
            if each in given:
                call['assigned'] = given[each]
            out.append((each.lineno, each.col_offset, len(out), call))
    return [call for _, _, _, call in sorted(out, key=lambda item: item[:3])]


def _argument(node, text):
    return text.of(node)


def _targets(node):
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _names(target, text):
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for inner in target.elts for name in _names(inner, text)]
    if isinstance(target, ast.Starred):
        return _names(target.value, text)
    return [text.of(target)]


def _assigns(found, text):
    out = []
    for each in found:
        if isinstance(each, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            for target in _targets(each):
                out.extend(name for name in _names(target, text) if name not in out)
    return out


def _lambdas(statement, text, prefix='', nested=False):
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(statement.value, ast.Lambda):
        return []
    out = []
    for target in _targets(statement):
        if isinstance(target, ast.Name):
            node = statement.value
            described = {
                'name': prefix + target.id,
                'parameters': _parameters(node.args, text, False),
                'doc': text.comment_above(statement.lineno),
                'line': statement.lineno,
                'endLine': statement.end_lineno,
                'text': text.of(statement),
                'isExported': not nested,
            }
            described.update(_insides(node, text))
            if nested:
                described['isNested'] = True
            out.append(described)
    return out


def _class(node, text):
    methods, nested = [], []
    for each in node.body:
        if isinstance(each, FUNCTIONS):
            own, *inner = _function_with_nested(each, text, node.name + '.', True)
            methods.append(own)
            nested.extend(inner)
    constructor = next((each for each in methods if each['name'].endswith('.__init__')), None)
    if constructor is None:
        constructor = _dataclass_constructor(node, text)
    described = {
        'name': node.name,
        'bases': [text.of(each) for each in node.bases],
        'doc': _doc(node, text),
        'constructor': constructor,
        'methods': [each for each in methods if not each['name'].endswith('.__init__')],
        'fields': _fields(node, text),
        'line': node.lineno,
        'endLine': node.end_lineno,
    }
    return described, nested


def _dataclass_constructor(node, text):
    if not any('dataclass' in text.of(each) for each in node.decorator_list):
        return None
    parameters = []
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            one = {'name': each.target.id, 'hint': text.of(each.annotation)}
            if each.value is not None:
                one['default'] = text.of(each.value)
            parameters.append(one)
    return {'name': node.name + '.__init__', 'parameters': parameters, 'doc': '', 'line': node.lineno, 'endLine': node.lineno,
            'text': '', 'calls': [], 'assigns': [], 'returned': []}


def _fields(node, text):
    out = []
    for each in node.body:
        if isinstance(each, (ast.Assign, ast.AnnAssign)):
            out.extend(target.id for target in _targets(each) if isinstance(target, ast.Name))
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and isinstance(each.value, ast.Name):
            if each.value.id == 'self':
                out.append(each.attr)
    return list(dict.fromkeys(out))


def _module(tree, text):
    found = []
    todo = list(tree.body)
    while todo:
        here = todo.pop(0)
        if not isinstance(here, FUNCTIONS + (ast.ClassDef,)):
            found.append(here)
            todo[0:0] = list(ast.iter_child_nodes(here))
    return {'name': '<module>', 'parameters': [], 'doc': ast.get_docstring(tree) or '', 'line': 1, 'endLine': len(text.lines),
            'text': '', 'calls': _calls(found, text), 'assigns': _assigns(found, text), 'returned': []}
