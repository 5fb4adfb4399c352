# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""What `markup` does, on the tree as libxml2 has it in memory."""

from libc.string cimport strcmp
from lxml.includes cimport etreepublic as cetree
from lxml.includes cimport tree

from classifier.comments import markup as reference

cetree.import_lxml__etree()

cdef int MAX_EVENTS = reference.MAX_EVENTS


cdef inline bint is_named(tree.xmlNode* node, const char* name) noexcept nogil:
    return (node.ns is NULL or node.ns.href is NULL) and strcmp(<const char*>node.name, name) == 0


cdef inline tree.xmlNode* visited(tree.xmlNode* node) noexcept nogil:
    """Find the first element or comment among a node and those behind it."""
    while node is not NULL and node.type != tree.XML_ELEMENT_NODE and node.type != tree.XML_COMMENT_NODE:
        node = node.next
    return node


def having(cetree._Element element not None, tuple attributes not None, str tag not None):
    cdef list names = [name.encode() for name in attributes], found = []
    cdef bytes wanted = tag.encode()
    cdef tree.xmlNode* root = element._c_node
    cdef tree.xmlNode* node = root
    cdef tree.xmlNode* child
    while True:
        if node.type == tree.XML_ELEMENT_NODE and (has_one(node, names) or is_named(node, wanted)):
            found.append(element if node is root else cetree.elementFactory(element._doc, node))
        child = visited(node.children) if node.type == tree.XML_ELEMENT_NODE else NULL
        while child is NULL and node is not root:
            child = visited(node.next)
            if child is NULL:
                node = node.parent
        if child is NULL:
            return found
        node = child


cdef bint has_one(tree.xmlNode* node, list names) except -1:
    cdef tree.xmlAttr* attribute = node.properties
    cdef bytes name
    while attribute is not NULL:
        if attribute.ns is NULL:
            for name in names:
                if strcmp(<const char*>attribute.name, name) == 0:
                    return True
        attribute = attribute.next
    return False


def parts_of(page, Py_ssize_t block):
    cdef str text = page.texts[block], piece, words
    cdef cetree._Element start, owner = page.elements[page.owner[block]]
    cdef bint started = False, is_tail = False, start_is_tail  # the beginning of an element, or its end
    start, start_is_tail = page.start[block]
    cdef Py_ssize_t missing = len(text) - text.count(" ")
    cdef list parts = []
    cdef tree.xmlNode* node = owner._c_node
    cdef tree.xmlNode* following
    cdef int count
    for count in range(MAX_EVENTS + 1):
        started = started or (node is start._c_node and is_tail == start_is_tail)
        if missing <= 0 or (is_tail and node is owner._c_node):
            break
        if started and (is_tail or not (is_named(node, b"script") or is_named(node, b"style"))):
            piece = cetree.tailOf(node) if is_tail else cetree.textOf(node)
            words = " ".join(piece.split()) if piece else ""
            if words:
                parts.append(words)
                missing -= len(words) - words.count(" ")
        following = visited(node.next if is_tail else node.children)
        if following is not NULL:
            node, is_tail = following, following.type == tree.XML_COMMENT_NODE  # which has a tail only
        else:
            node, is_tail = node.parent if is_tail else node, True
    return parts if missing == 0 and parts else [text]
