"""The walk over the tree as libxml2 has it in memory: the same as `walk.walk`, several times faster.

`walk.py` says what is done and why; whoever changes one changes the other, and tests compare them on every page.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.string cimport memcpy, strcmp, strlen
from lxml.includes cimport etreepublic as cetree
from lxml.includes cimport tree

from classifier.blocks import kinds, walk as reference
from classifier.blocks.page import Page

cetree.import_lxml__etree()

cdef enum:  # as in `kinds`
    BLOCK, INLINE, LINK, BOLD, BREAK, CONTROL, MEDIA, OPTION, SKIP, TITLE, META, SCRIPT
assert [BLOCK, INLINE, LINK, BOLD, BREAK, CONTROL, MEDIA, OPTION, SKIP, TITLE, META, SCRIPT] == list(range(12))

cdef enum:  # what else a tag says
    HIDING = 1, DIALOG = 2, FORM_CONTROL = 4, TEXTAREA = 8, TELLING = 16, BY_ATTRIBUTE = 32, EMBEDDING = 64

ctypedef const unsigned char* Bytes


cdef struct Tag:  # a name, for as long as the walk lasts
    const char* name
    void* ns
    int kind
    int flags
    int number  # in the list of names


cdef struct Open:
    tree.xmlNode* node
    int kind


cdef struct Text:  # text of a run as it grows, with normal whitespace
    char* data
    Py_ssize_t size, room
    Py_ssize_t chars
    bint space  # a blank is due before what comes next


# --- Text -------------------------------------------------------------------------------------------------------------


# What a byte is: the end of a text or ASCII whitespace, or the first of a character that may be whitespace; or else.
cdef unsigned char[256] LETTER
for i in range(256):
    LETTER[i] = not (i in (0xC2, 0xE1, 0xE2, 0xE3) or i == 0 or (i < 0x80 and chr(i).isspace()))


cdef inline int blank(Bytes at) noexcept nogil:
    """Bytes of the whitespace character (`str.isspace`) that begins here, or 0."""
    cdef unsigned char c = at[0]
    if LETTER[c]:
        return 0
    if c < 0x80:
        return c != 0
    if c == 0xC2:
        return 2 if at[1] == 0xA0 or at[1] == 0x85 else 0
    if c == 0xE2:
        if at[1] == 0x80:
            return 3 if at[2] <= 0x8A or at[2] == 0xA8 or at[2] == 0xA9 or at[2] == 0xAF else 0
        return 3 if at[1] == 0x81 and at[2] == 0x9F else 0
    if c == 0xE1:
        return 3 if at[1] == 0x9A and at[2] == 0x80 else 0
    if c == 0xE3:
        return 3 if at[1] == 0x80 and at[2] == 0x80 else 0
    return 0


cdef bint is_blank(tree.xmlNode* node) noexcept nogil:
    """Whether a row of text nodes has nothing but whitespace."""
    cdef Bytes at
    cdef int width
    while node is not NULL and is_text(node):
        at = <Bytes>node.content
        if at is not NULL:
            while at[0]:
                width = blank(at)
                if not width:
                    return False
                at += width
        node = node.next
    return True


cdef inline bint is_text(tree.xmlNode* node) noexcept nogil:
    return (
        node.type == tree.XML_TEXT_NODE
        or node.type == tree.XML_CDATA_SECTION_NODE
        or node.type == tree.XML_XINCLUDE_START
        or node.type == tree.XML_XINCLUDE_END
    )


cdef int make_room(Text* text, Py_ssize_t more) except -1:
    cdef Py_ssize_t room = text.size + more
    cdef char* data
    if room > text.room:
        room += room // 2 + 256
        data = <char*>PyMem_Realloc(text.data, room)
        if data is NULL:
            raise MemoryError
        text.data, text.room = data, room
    return 0


cdef Py_ssize_t add(Text* text, tree.xmlNode* node) except -1:
    """Append a row of text nodes; returns the characters between its outermost whitespace."""
    cdef Bytes at
    cdef Bytes start
    cdef int width
    cdef Py_ssize_t chars = 0, gap = 0, run
    while node is not NULL and is_text(node):
        at = <Bytes>node.content
        node = node.next
        if at is NULL or not at[0]:
            continue
        make_room(text, 2 * <Py_ssize_t>strlen(<const char*>at) + 2)
        while at[0]:
            width = blank(at)
            if width:
                at += width
                gap += 1
                text.space = True
                continue
            if text.space and text.size:
                text.data[text.size] = b" "
                text.size += 1
                text.chars += 1
            text.space = False
            start = at
            run = 0
            while LETTER[at[0]] or (at[0] and not blank(at)):
                run += (at[0] & 0xC0) != 0x80
                at += 1
            memcpy(text.data + text.size, start, at - start)
            text.size += at - start
            text.chars += run
            chars += run + (gap if chars else 0)
            gap = 0
    return chars


cdef str finish(Text* text):
    """Text of the run, as `normalised` has it; starts another."""
    cdef str found = PyUnicode_DecodeUTF8(text.data, text.size, "replace")
    cdef Bytes at = <Bytes>text.data
    text.size = text.chars = 0
    text.space = False
    if at[0] == 0xE2 or at[0] == 0xEF:
        if found[0] in INVISIBLE:
            return found.strip(INVISIBLE)
    return found


cdef str INVISIBLE = reference.INVISIBLE


# --- Tags and attributes ----------------------------------------------------------------------------------------------


cdef class Tags:
    """Kinds of the names in a tree; libxml2 keeps each name in one place, so that its address tells it."""

    cdef Tag cache[256]
    cdef list names

    def __cinit__(self):
        cdef int i
        for i in range(256):
            self.cache[i].name = NULL
        self.names = []

    cdef Tag* get(self, tree.xmlNode* node) except NULL:
        cdef size_t key = (<size_t>node.name >> 3) ^ (<size_t>node.name >> 11)
        cdef Tag* tag = &self.cache[key & 255]
        if tag.name != <const char*>node.name or tag.ns != <void*>node.ns:
            self.learn(tag, node)
        return tag

    cdef int learn(self, Tag* tag, tree.xmlNode* node) except -1:
        cdef str name = cetree.namespacedName(node)
        kind = kinds.KINDS.get(name)
        tag.flags = 0
        if kind is None:
            if name == "template":
                tag.flags |= BY_ATTRIBUTE
                kind = SKIP
            else:
                kind = BLOCK if "-" in name else INLINE
        tag.kind = kind
        if name in reference._HIDDEN_TAGS:
            tag.flags |= HIDING
        if name == "dialog":
            tag.flags |= DIALOG
        if name in reference._CONTROL_TAGS:
            tag.flags |= FORM_CONTROL
        if name == "textarea":
            tag.flags |= TEXTAREA
        if name in reference._TELLING_INLINE:
            tag.flags |= TELLING
        if name in reference._EMBEDDING:
            tag.flags |= EMBEDDING
        tag.number = len(self.names)
        self.names.append(name)
        tag.name = <const char*>node.name
        tag.ns = <void*>node.ns
        return 0


cdef str value_of(tree.xmlNode* node, tree.xmlAttr* attribute):
    """Text of an attribute."""
    cdef tree.xmlNode* child = attribute.children
    if child is NULL:
        return ""
    if child.next is NULL and child.type == tree.XML_TEXT_NODE and child.content is not NULL:
        return PyUnicode_DecodeUTF8(<const char*>child.content, strlen(<const char*>child.content), "replace")
    return cetree.attributeValue(node, attribute)


cdef tree.xmlAttr* find(tree.xmlNode* node, const char* name) noexcept:
    """Attribute of an element, or NULL."""
    cdef tree.xmlAttr* attribute = node.properties
    while attribute is not NULL:
        if attribute.ns is NULL and attribute.type == tree.XML_ATTRIBUTE_NODE:
            if not strcmp(<const char*>attribute.name, name):
                return attribute
        attribute = attribute.next
    return NULL


cdef str value(tree.xmlNode* node, const char* name):
    """Value of an attribute, or None."""
    cdef tree.xmlAttr* attribute = find(node, name)
    return None if attribute is NULL else value_of(node, attribute)


cdef inline bint is_name(Bytes name, const char* other) noexcept nogil:
    return not strcmp(<const char*>name, other)


cdef str attributes_of(tree.xmlNode* node):
    """All attributes of an element, ``name=value``, blank-separated."""
    cdef tree.xmlAttr* attribute = node.properties
    cdef list found = []
    while attribute is not NULL:
        if attribute.type == tree.XML_ATTRIBUTE_NODE:
            found.append(f"{cetree.namespacedName(<tree.xmlNode*>attribute)}={value_of(node, attribute)}")
        attribute = attribute.next
    return " ".join(found)


cdef bint may_hide(tree.xmlAttr* style) noexcept nogil:
    """Whether a style has the word "none" or "hidden": few have to be looked at closely."""
    cdef Bytes at
    if style.children is NULL or style.children.content is NULL or style.children.next is not NULL:
        return True
    at = <Bytes>style.children.content
    while at[0]:
        if at[0] >= 0x80 or begins(at, b"none") or begins(at, b"hidden"):
            return True
        at += 1
    return False


cdef inline bint begins(Bytes at, const char* word) noexcept nogil:
    """Whether a text goes on with a word in small letters, whatever its case there."""
    while word[0] and at[0] | 0x20 == word[0]:
        at += 1
        word += 1
    return not word[0]


# --- The walk ---------------------------------------------------------------------------------------------------------


cdef class Walk:
    """One walk: what is open, and the run of text that may become a block."""

    cdef object page
    cdef cetree._Element root
    cdef Tags known
    cdef list texts, tags, owner, hidden, link_chars, bold_chars, links, inlines, start
    cdef list elements, container_tags, parent, classes, first, last, controls
    cdef list images, inputs, areas
    # The run.
    cdef Text text
    cdef Py_ssize_t parts, stripped  # texts of the run, and their characters without outer whitespace
    cdef list inline, link_targets
    cdef tree.xmlNode* start_node
    cdef bint start_is_tail
    # Where it stands.
    cdef Py_ssize_t container
    cdef tree.xmlNode* link
    cdef tree.xmlNode* hidden_by
    cdef int in_link, in_bold
    cdef Py_ssize_t link_from, link_base, bold_base, linked, bold
    cdef Open* stack
    cdef Py_ssize_t depth, stack_room

    def __cinit__(self, page, cetree._Element root):
        self.page = page
        self.root = root
        self.known = Tags()
        self.texts, self.tags, self.owner, self.hidden = page.texts, page.tags, page.owner, page.hidden
        self.link_chars, self.bold_chars, self.links = page.link_chars, page.bold_chars, page.links
        self.inlines, self.start = page.inline, page.start
        self.elements, self.container_tags, self.parent = page.elements, page.container_tags, page.parent
        self.classes, self.first, self.last, self.controls = page.classes, page.first, page.last, page.controls
        self.images, self.inputs, self.areas = [], [], []
        self.inline, self.link_targets = [], []
        self.stack_room = 256
        self.stack = <Open*>PyMem_Malloc(self.stack_room * sizeof(Open))
        if self.stack is NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.stack)
        PyMem_Free(self.text.data)

    cdef object element(self, tree.xmlNode* node):
        return cetree.elementFactory(self.root._doc, node)

    # The run of text.

    cdef int end_link(self) except -1:
        cdef str target
        self.linked += self.stripped - self.link_base
        self.link_base, self.link_from = self.stripped, self.parts
        target = value(self.link, "href")
        if target and (not self.link_targets or self.link_targets[len(self.link_targets) - 1] != target):
            self.link_targets.append(target)
        return 0

    cdef int end_run(self) except -1:
        cdef Py_ssize_t n
        cdef str text
        if self.in_link:
            if self.parts > self.link_from:
                self.end_link()
            self.link_from = 0
        if self.in_bold:
            self.bold += self.stripped - self.bold_base
        self.link_base = self.bold_base = 0
        text = finish(&self.text)
        if text:
            n = len(text)
            self.texts.append(text)
            self.tags.append(self.container_tags[self.container])
            self.owner.append(self.container)
            self.hidden.append(self.hidden_by is not NULL)
            self.link_chars.append(min(self.linked, n))
            self.bold_chars.append(min(self.bold, n))
            self.links.append(tuple(self.link_targets) if self.link_targets else ())
            self.inlines.append(" ".join(self.inline) if self.inline else "")
            self.start.append((self.element(self.start_node), self.start_is_tail))
        self.parts = self.stripped = self.linked = self.bold = 0
        if self.inline:
            self.inline = []
        if self.link_targets:
            self.link_targets = []
        return 0

    cdef int leave_run(self) except -1:
        """At the border of a block-level element."""
        if self.parts:
            self.end_run()
        elif self.inline:
            self.inline = []
        return 0

    cdef tree.xmlNode* read_text(self, tree.xmlNode* node, tree.xmlNode* beside, bint is_tail) except? NULL:
        """Take a row of text nodes into the run; returns what follows it."""
        cdef bint empty = True
        cdef tree.xmlNode* after = node
        while after is not NULL and is_text(after):
            empty = empty and (after.content is NULL or not after.content[0])
            after = after.next
        if not empty and (self.parts or not is_blank(node)):
            if not self.parts:
                self.start_node, self.start_is_tail = beside, is_tail
            self.stripped += add(&self.text, node)
            self.parts += 1
        return after

    # Elements.

    cdef str names_of(self, tree.xmlNode* node, bint* hides):
        """Class names, id, role and the like, as they are kept; and whether an attribute hides the element."""
        cdef tree.xmlAttr* attribute = node.properties
        cdef Bytes name
        cdef str names = "", found
        while attribute is not NULL:
            name = <Bytes>attribute.name
            if attribute.ns is NULL and attribute.type == tree.XML_ATTRIBUTE_NODE:
                if is_name(name, "class") or is_name(name, "id"):
                    found = value_of(node, attribute)
                    names = f"{names} {found}" if names else found
                elif is_name(name, "hidden"):
                    hides[0] = True
                elif is_name(name, "style"):
                    if not hides[0] and may_hide(attribute):
                        hides[0] = reference._hides("style", value_of(node, attribute))
                elif is_name(name, "role") or is_name(name, "rel") or is_name(name, "itemprop"):
                    found = value_of(node, attribute)
                    names = f"{names} {(<bytes><const char*>name).decode()}={found}"
            attribute = attribute.next
        return names

    cdef int open_container(self, tree.xmlNode* node, Tag* tag, str names) except -1:
        cdef object element = self.element(node)
        cdef str name = <str>self.known.names[tag.number]
        self.parent.append(self.container)
        self.container = len(self.elements)
        self.elements.append(element)
        self.container_tags.append(name)
        self.classes.append(names)
        self.first.append(len(self.texts))
        self.last.append(0)
        if tag.flags & FORM_CONTROL:
            self.controls.append((len(self.texts), element))
            self.inputs.append(self.container)
            if tag.flags & TEXTAREA:
                self.areas.append(self.container)
        return 0

    cdef int open_inline(self, tree.xmlNode* node, int kind, Tag* tag, str names) except -1:
        if kind == LINK:
            if self.in_link and self.parts > self.link_from:
                self.end_link()
            self.in_link += 1
            self.link = node
            self.link_from, self.link_base = self.parts, self.stripped
        elif kind == BOLD:
            if not self.in_bold:
                self.bold_base = self.stripped
            self.in_bold += 1
        if names:
            self.inline.append(names)
        if tag.flags & TELLING:
            self.inline.append("<" + <str>self.known.names[tag.number])
        return 0

    cdef int open(self, tree.xmlNode* node, int kind, Tag* tag) except -1:
        cdef bint hides = tag.flags & HIDING and not (tag.flags & DIALOG and find(node, "open") is not NULL)
        cdef str names = "" if node.properties is NULL else self.names_of(node, &hides)
        if kind == CONTROL:
            self.controls.append((len(self.texts) + (self.parts > 0), self.element(node)))
            self.inline.append("<input")
            self.inputs.append(self.container)
        elif kind == MEDIA:
            self.inline.append("<img")
            self.images.append(self.container)
        elif kind == OPTION and self.parts:
            self.text.space = True
        if hides and self.hidden_by is NULL:
            if self.parts:
                self.end_run()
            self.hidden_by = node
        if kind == BLOCK:
            self.leave_run()
            self.open_container(node, tag, names)
        elif kind <= BOLD:
            self.open_inline(node, kind, tag, names)
        elif kind == BREAK and self.parts:
            self.end_run()
        return 0

    cdef int close(self, tree.xmlNode* node, int kind) except -1:
        if kind == BLOCK:
            self.leave_run()
            self.last[self.container] = len(self.texts)
            self.container = self.parent[self.container]
        elif kind == LINK:
            if self.parts > self.link_from:
                self.end_link()
            self.in_link -= 1
        elif kind == BOLD:
            self.in_bold -= 1
            if not self.in_bold:
                self.bold += self.stripped - self.bold_base
        if node == self.hidden_by:
            if self.parts:
                self.end_run()
            self.hidden_by = NULL
        return 0

    cdef int read_metadata(self, tree.xmlNode* node, int kind) except -1:
        cdef str name, content
        cdef tree.xmlAttr* kind_of_script
        if kind == SCRIPT:
            kind_of_script = find(node, "type")
            if kind_of_script is not NULL and "ld+json" in value_of(node, kind_of_script):
                self.page.json_ld.append(self.element(node))
        elif kind == META:
            content = value(node, "content")
            if content:
                name = value(node, "property") or value(node, "name") or value(node, "itemprop")
                if name:
                    self.page.meta.setdefault(name.lower(), content)
        elif not self.page.doc_title:
            self.page.doc_title = " ".join((cetree.textOf(node) or "").split())
        return 0

    cdef int push(self, tree.xmlNode* node, int kind) except -1:
        cdef Open* stack
        if self.depth == self.stack_room:
            stack = <Open*>PyMem_Realloc(self.stack, 2 * self.stack_room * sizeof(Open))
            if stack is NULL:
                raise MemoryError
            self.stack, self.stack_room = stack, 2 * self.stack_room
        self.stack[self.depth].node = node
        self.stack[self.depth].kind = kind
        self.depth += 1
        return 0

    cdef int run(self) except -1:
        cdef tree.xmlNode* root = self.root._c_node
        cdef tree.xmlNode* node = root
        cdef tree.xmlNode* after
        cdef Tag* tag
        cdef int kind
        while True:
            kind = SKIP
            after = NULL
            if node.type == tree.XML_ELEMENT_NODE:
                tag = self.known.get(node)
                kind = tag.kind
                if node == root:
                    kind = BLOCK  # whatever the root of a fragment is
                elif tag.flags & BY_ATTRIBUTE and find(node, "shadowrootmode") is not NULL:
                    kind = BLOCK
                if kind >= SKIP and tag.flags & EMBEDDING and node.properties is not NULL:
                    self.page.embeds.append(attributes_of(node))
                if kind > SKIP:
                    self.read_metadata(node, kind)
                elif kind < SKIP:
                    self.open(node, kind, tag)
                    after = node.children
                    if after is not NULL and is_text(after):
                        after = self.read_text(after, node, False)
                    after = next_element(after)
            if after is not NULL:
                self.push(node, kind)
                node = after
                continue
            while True:  # the element ends here, and so do those whose last child it is
                self.close(node, kind)
                if not self.depth:
                    return 0
                after = node.next
                if after is not NULL and is_text(after):
                    after = self.read_text(after, node, True)
                after = next_element(after)
                if after is not NULL:
                    node = after
                    break
                self.depth -= 1
                node, kind = self.stack[self.depth].node, self.stack[self.depth].kind


cdef inline tree.xmlNode* next_element(tree.xmlNode* node) noexcept nogil:
    """First of a row of nodes that lxml takes for an element."""
    while node is not NULL and not cetree._isElement(node):
        node = node.next
    return node


cdef list totals(list holders, list parents):
    """Count what each container holds, inner containers included; `holders` are the innermost ones."""
    cdef Py_ssize_t n = len(parents), container, outer
    cdef list result = [0] * n
    cdef Py_ssize_t* counts
    if not holders:
        return result
    counts = <Py_ssize_t*>PyMem_Malloc(n * sizeof(Py_ssize_t))
    if counts is NULL:
        raise MemoryError
    for container in range(n):
        counts[container] = 0
    for holder in holders:
        counts[<Py_ssize_t>holder] += 1
    for container in range(n - 1, 0, -1):
        if counts[container]:
            outer = parents[container]
            counts[outer] += counts[container]
    for container in range(n):
        if counts[container]:
            result[container] = counts[container]
    PyMem_Free(counts)
    return result


def walk(cetree._Element root not None, url):
    page = Page(root, url)
    cdef Walk one = Walk(page, root)
    one.run()
    page.images, page.inputs, page.areas = (totals(holders, one.parent) for holders in (one.images, one.inputs, one.areas))
    return page
