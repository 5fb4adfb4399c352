"""Which software made a comment form, and the placeholders of embedded comment widgets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifier.sieve import word_finder

if TYPE_CHECKING:
    from classifier.forms.controls import Control, ControlMap

# Checked in this order against the form's attributes, its controls' names and the containers around it: plug-ins
# before the systems that they plug into.
_FORMS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("wpDiscuz", r"wpdiscuz|wpd-form|wc[-_]comment|wc_comm_form"),
        ("Jetpack", r"jetpack[-_]?comment|highlander|jetpack_remote_comment|jetpack-likes-comment"),
        ("Divi", r"et_pb_comments|et-pb-comment"),
        ("Thrive Comments", r"thrive-comments|tcm-"),
        ("CommentLuv", r"commentluv|cl_post_url"),
        ("IntenseDebate", r"intensedebate|idc-"),
        ("Disqus", r"disqus|dsq-"),
        ("Livefyre", r"livefyre|fyre-"),
        ("Echo", r"js-kit|haloscan"),
        (
            "WordPress",
            r"wp-comments-post|comment_post_id|comment_parent|wp-comment-cookies|id=commentform"
            r"|wp-block-post-comments",
        ),
        ("Blogger", r"blogger\.com|blogspot\.com/.*comment|commentbody|blogger-comment|anonymity"),
        ("TypePad", r"typepad\.com|typekey|typepad"),
        (
            "Movable Type",
            r"mt-comments|mt-cp|mt_comment|mtc-|comments-form .*(?:entry_id|static)|static.*entry_id"
            r"|comment_form_entry",
        ),
        (
            "Drupal",
            r"comment[-_]form.*form_build_id|form_build_id.*comment|/comment/reply|comment_node_"
            r"|comment_body\[und\]|form_id.*comment",
        ),
        (
            "Joomla",
            r"option=com_(?:content|jcomments|komento|k2|comment)|jcomments|com_komento|k2comment|jform\[comment"
            r"|josc|jc_comment",
        ),
        ("Discourse", r"discourse"),
        ("vBulletin", r"vbform|vb_login|vb_editor|newreply\.php|visitormessage|quick_reply|vbulletin"),
        ("phpBB", r"posting\.php\?mode=|phpbb"),
        ("XenForo", r"xenforo|_xftoken"),
        ("MyBB", r"my_post_key"),
        (
            "BlogEngine.NET",
            r"blogengine|comment-form.*ctl00|txtcomment.*captcha_value|blogengine\.addcomment|commentmenu",
        ),
        ("DotNetNuke", r"dnn_ctr|\bdnn_"),
        ("Squarespace", r"squarespace|sqs-|new-comment-area"),
        ("Wix", r"wix-|data-hook=comment"),
        ("Typo3", r"tx_\w+\[|typo3|tx-comments|tx-pwcomments"),
        ("Serendipity", r"serendipity\["),
        ("Textpattern", r"txpcomment|comments_help|parentid.*(?:backpage)"),
        ("Nucleus", r"nucleus_cf|action\.php.*addcomment|addcomment.*itemid"),
        ("Habari", r"/feedback$|habari"),
        ("b2evolution", r"comment_post\.php|bcomment_|b2evo|evo_"),
        ("ExpressionEngine", r"exp:comment|\bxid\b.*\bentry_id\b"),
        ("Dotclear", r"c_name.*c_content|c_content"),
        ("SPIP", r"formulaire_forum|formulaire_action"),
        ("Contao", r"com_tl_|formcom_|com_article_"),
        ("Plone", r"createreply|discussion_reply|form\.widgets\.text.*plone"),
        ("Shopify", r"/blogs/.*/comments|comment\[author\].*comment\[body\]"),
        ("LiveJournal", r"livejournal|ljuser|talkpost"),
        ("Tumblr", r"tumblr"),
        ("Medium", r"medium\.com"),
        ("Bitrix", r"bitrix|bx_comment|review_text"),
        ("DataLife Engine", r"dle-comments|dle_comm"),
        ("uCoz", r"ucoz|acform|addcform"),
        ("Webnode", r"webnode"),
        ("Facebook", r"fb-comments"),
    )
)

# Places that scripts fill: id, class, source or custom attribute. What every name holds stands before its pattern,
# for to look for that costs a hundredth.
_WIDGETS: Final = tuple(
    (name, stems.split(), re.compile(pattern))
    for name, stems, pattern in (
        ("Disqus", "disqus", r"\bdisqus_thread\b|disqus\.com/embed|disqus-comments?\b|\.disqus\.com/(?:embed|forums)"),
        (
            "Facebook",
            "fb-comments facebook.com/plugins",
            r"\bfb-comments\b|facebook\.com/plugins/(?:comments|feedback)",
        ),
        ("Discourse", "discourse", r"\bdiscourse-comments\b|discourseembedurl"),
        ("Commento", "commento", r"\bid=commento\b|commento(?:\.io)?/js/commento|cdn\.commento\.io"),
        ("Isso", "isso", r"\bid=isso-thread\b|\bisso-thread\b|/embed\.min\.js.*isso|data-isso"),
        ("Remark42", "remark42", r"\bremark42\b"),
        ("utterances", "utteranc", r"\butterances\b|utteranc\.es"),
        ("giscus", "giscus", r"\bgiscus\b"),
        ("Cusdis", "cusdis", r"\bcusdis_thread\b"),
        ("Hyvor Talk", "hyvor", r"\bhyvor-talk|hyvor_talk"),
        ("Livefyre", "fyre", r"\blivefyre|fyre-comments"),
        ("IntenseDebate", "idc-container intensedebate", r"\bidc-container\b|intensedebate\.com/js"),
        ("Muut", "muut", r"\bmuut\b"),
        ("Viafoura", "viafoura vf-co", r"\bviafoura\b|\bvf-(?:comments|conversations)"),
        ("Coral", "coral", r"\bcoral[-_]?(?:stream|thread|talk)|\bcoralcontainer"),
        ("OpenWeb", "spotim spot.im spot- openweb", r"data-spotim|spot\.im/launcher|openweb-conversation|\bspotim-"),
        ("Insticator", "insticator", r"\binsticator-(?:container|comment)"),
        ("GraphComment", "graphcomment", r"\bgraphcomment\b"),
        ("FastComments", "fastcomments", r"\bfastcomments"),
        ("Cackle", "mc-container cackle", r"\bmc-container\b|cackle\.me"),
        ("HyperComments", "hypercomments", r"\bhypercomments_widget\b"),
        ("VK", "vk_comments", r"\bvk_comments\b"),
        ("Ghost", "comments-ui ghost-comments gh-comments", r"comments-ui|\bghost-comments|gh-comments"),
        (
            "Blogger",
            "comment-editor blogger comment-iframe",
            r"\bcomment-editor\b|blogger\.com/comment|comment-iframe|blogger-iframe",
        ),
        ("Jetpack", "jetpack", r"jetpack_remote_comment|jetpack\.wordpress\.com/jetpack-comment"),
        ("Gigya", "gigya commentsdiv", r"\bgigya.?comments?|commentsdiv"),
        ("Waline", "waline", r"\bid=waline\b|\bwaline\b"),
        ("Valine", "vcomments valine", r"\bvcomments\b|\bvaline\b"),
        ("Twikoo", "twikoo tcomment", r"\btwikoo\b|\btcomment\b"),
        ("Gitalk", "gitalk", r"\bgitalk(?:-container)?\b"),
        ("Staticman", "staticman", r"\bstaticman\b"),
        ("Wix", "data-hook=comments wix-comments", r"data-hook=comments|wix-comments"),
        ("Squarespace", "sqs-comments squarespace-comments", r"\bsqs-comments|squarespace-comments"),
    )
)
_may_be_widget: Final = word_finder([stem for _, stems, _ in _WIDGETS for stem in stems])
_WIDGET_ATTRIBUTES: Final = frozenset({"id", "class", "src", "data-hook"})


def form_platform(controls: ControlMap, container: int, members: list[Control]) -> str | None:
    """Name the software behind a form.

    Parameters
    ----------
    controls : ControlMap
        Controls of the page.
    container : int
        The form or container.
    members : list of Control
        Its controls, hidden ones included: they tell most.

    Returns
    -------
    str or None
        None when nothing tells.
    """
    page = controls.page
    element = page.elements[container]
    own = " ".join(f"{name}={value}" for name, value in element.items() if name in ("id", "class", "action", "name"))
    names = " ".join(f"{control.name} {control.element.get('id') or ''}" for control in members)
    around, step = [], container
    for _ in range(3):
        step = page.parent[step]
        around.append(page.classes[step])
    text = f"{own} {names} {' '.join(around)}".lower()
    return next((name for name, pattern in _FORMS if pattern.search(text)), None)


def may_be_widgets(names: Sequence[str]) -> list[int]:
    """Find those of many elements that may be places for comment services.

    Parameters
    ----------
    names : sequence of str
        Names and addresses of each element.

    Returns
    -------
    list of int
        Positions; `widget_platform` finds nothing in the other elements.
    """
    return _may_be_widget.among(names)


def _widget_text(element: Any) -> str:
    """Join what names a comment service in an element's attributes: id, class, address and the like, in lower case."""
    items = element.items()
    named = [f"{key}={value}" for key, value in items if key in _WIDGET_ATTRIBUTES or key[:9] == "data-spot"]
    return " ".join(named).lower() if named else ""


def widget_platform(element: Any) -> str | None:
    """Name the comment service that a script puts in place of an element.

    Parameters
    ----------
    element : lxml element
        Any element.

    Returns
    -------
    str or None
        None for everything that is not such a place.
    """
    text = _widget_text(element)
    if not _may_be_widget(text):  # as most scripts are none
        return None
    return next(
        (name for name, stems, pattern in _WIDGETS if any(stem in text for stem in stems) and pattern.search(text)),
        None,
    )
