# The syntax of a function as nodes with places, for small edits of the text.
# Not here: which edits are tried.
# Invariant: start and end are UTF-16 offsets into the source; a child lies within its parent.
import ast

_OPERATORS = {
    'Add': '+', 'Sub': '-', 'Mult': '*', 'Div': '/', 'FloorDiv': '//', 'Mod': '%', 'Pow': '**', 'MatMult': '@',
    'UAdd': '+', 'USub': '-', 'Not': 'not', 'Invert': '~', 'And': 'and', 'Or': 'or',
    'BitAnd': '&', 'BitOr': '|', 'BitXor': '^', 'LShift': '<<', 'RShift': '>>',
    'Eq': '==', 'NotEq': '!=', 'Lt': '<', 'LtE': '<=', 'Gt': '>', 'GtE': '>=', 'Is': 'is', 'IsNot': 'is not', 'In': 'in', 'NotIn': 'not in',
}
_SKIP = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def nodes(tree_nodes, text):
    """Each statement as a node with its children."""
    places = _Places(text)
    return [_node(each, text, places) for each in tree_nodes]


class _Places:
    def __init__(self, text):
        self.text = text
        self.starts = []
        at = 0
        for line in text.lines:
            self.starts.append(at)
            at += _utf16(line) + 1

    def offset(self, line, column):
        return self.starts[line - 1] + _utf16(self.text.bytes[line - 1][:column].decode('utf-8'))


def _utf16(text):
    return len(text) if text.isascii() else len(text.encode('utf-16-le')) // 2


def _kind(node):
    if isinstance(node, ast.Constant):
        return 'number' if isinstance(node.value, (int, float)) and not isinstance(node.value, bool) else 'other'
    for kind, classes in (
        ('name', ast.Name), ('binary', (ast.BinOp, ast.BoolOp)), ('unary', ast.UnaryOp), ('call', ast.Call), ('compare', ast.Compare),
        ('subscript', ast.Subscript), ('attribute', ast.Attribute), ('keyword', ast.keyword),
        ('assign', (ast.Assign, ast.AnnAssign, ast.NamedExpr)), ('augassign', ast.AugAssign), ('return', ast.Return),
    ):
        if isinstance(node, classes):
            return kind
    return 'other'


def _node(node, text, places):
    out = {
        'kind': _kind(node),
        'text': text.of(node),
        'start': places.offset(node.lineno, node.col_offset),
        'end': places.offset(node.end_lineno, node.end_col_offset),
        'children': [made for child in ast.iter_child_nodes(node) for made in _placed(child, text, places)],
    }
    operator = getattr(node, 'op', None) or (node.ops[0] if isinstance(node, ast.Compare) else None)
    if operator is not None:
        out['operator'] = _OPERATORS.get(type(operator).__name__, type(operator).__name__)
    name = getattr(node, 'id', None) or getattr(node, 'attr', None) or (node.arg if isinstance(node, ast.keyword) else None)
    if name is not None:
        out['name'] = name
    return out


def _placed(node, text, places):
    """The node, or its children where it has no place of its own (arguments, an index before 3.9)."""
    if isinstance(node, _SKIP):
        return []
    if hasattr(node, 'lineno') and hasattr(node, 'end_lineno'):
        return [_node(node, text, places)]
    return [made for child in ast.iter_child_nodes(node) for made in _placed(child, text, places)]
