"""Vocabulary constants of the build side, as plain strings: every full IRI that the builder's code needs."""

from __future__ import annotations

from typing import Final

from vaughn.iris import NS

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_DCTERMS: Final = "http://purl.org/dc/terms/"
_SH: Final = "http://www.w3.org/ns/shacl#"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_DCAT: Final = "http://www.w3.org/ns/dcat#"

RDF_TYPE: Final = _RDF + "type"
RDF_FIRST: Final = _RDF + "first"
RDF_REST: Final = _RDF + "rest"
RDF_NIL: Final = _RDF + "nil"

OWL: Final = "http://www.w3.org/2002/07/owl#"
SUBCLASS_OF: Final = _RDFS + "subClassOf"
SCHEMA: Final = frozenset(_RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range"))
"""What RDFS says of words; all that OWL has is said of words too, or merges things."""
LABEL: Final = _RDFS + "label"

XSD_STRING: Final = XSD + "string"
XSD_BOOLEAN: Final = XSD + "boolean"
XSD_INTEGER: Final = XSD + "integer"
XSD_DECIMAL: Final = XSD + "decimal"
XSD_DATE: Final = XSD + "date"
XSD_DATE_TIME: Final = XSD + "dateTime"
LANG_STRING: Final = _RDF + "langString"

TITLE: Final = _DCTERMS + "title"
IDENTIFIER: Final = _DCTERMS + "identifier"
LICENSE: Final = _DCTERMS + "license"
PROVENANCE: Final = _DCTERMS + "provenance"
CREATED: Final = _DCTERMS + "created"
MODIFIED: Final = _DCTERMS + "modified"
DATASET: Final = _DCAT + "Dataset"

CONCEPT_SCHEME: Final = _SKOS + "ConceptScheme"

SH_DECLARE: Final = _SH + "declare"
SH_PREFIX: Final = _SH + "prefix"
SH_NAMESPACE: Final = _SH + "namespace"
SH_PROPERTY: Final = _SH + "property"
SH_TARGET_CLASS: Final = _SH + "targetClass"
SH_TARGET_SUBJECTS_OF: Final = _SH + "targetSubjectsOf"
SH_OR: Final = _SH + "or"
SH_PATH_OF: Final = _SH + "path"
SH_MIN_COUNT: Final = _SH + "minCount"
SH_DATATYPE: Final = _SH + "datatype"
SH_CLASS: Final = _SH + "class"
SH_NODE_KIND: Final = _SH + "nodeKind"
SH_IRI: Final = _SH + "IRI"
SH_PATTERN: Final = _SH + "pattern"
SH_SAYS: Final = _SH + "message"
SH_WEIGHT: Final = _SH + "severity"
SH_UNSUPPORTED: Final = frozenset(_SH + name for name in ("target", "rule", "expression", "js"))
SH_FOCUS: Final = _SH + "focusNode"
SH_VALUE: Final = _SH + "value"
SH_PATH: Final = _SH + "resultPath"
SH_MESSAGE: Final = _SH + "resultMessage"
SH_SEVERITY: Final = _SH + "resultSeverity"
SH_SHAPE: Final = _SH + "sourceShape"
SH_WARNING: Final = _SH + "Warning"
SH_INFO: Final = _SH + "Info"

CONTENT_DIGEST: Final = NS + "contentDigest"
PART_OF_THING: Final = NS + "partOfThing"
OF_CHECK: Final = NS + "ofCheck"
OF_FOCUS: Final = NS + "ofFocus"
REASON: Final = NS + "reason"
FORMER_IRI: Final = NS + "formerIri"
RENAMED_TO: Final = NS + "renamedTo"
REPLACED_BY: Final = NS + "replacedBy"
RECORDS: Final = frozenset({NS + "Acknowledgement", NS + "Tombstone"})
"""Classes of what is said of the graph itself and not of the world."""
REMEDY: Final = NS + "remedy"
KIND_NAME: Final = NS + "kindName"
REVIEW_STATE: Final = NS + "reviewState"
SOURCE_STATE: Final = NS + "sourceState"
EVIDENCE_STATE: Final = NS + "evidenceState"
TIME_SPAN: Final = NS + "TimeSpan"
EARLIEST: Final = NS + "earliest"
LATEST: Final = NS + "latest"
PRECISION: Final = NS + "precision"
JUDGEMENT: Final = NS + "judgement"
HAS_EVIDENCE: Final = NS + "hasEvidence"
EVIDENCE_PASSAGE: Final = NS + "evidencePassage"
IN_SOURCE: Final = NS + "inSource"
EXACT: Final = "http://www.w3.org/ns/oa#exact"

ENTRY_PREFIXES: Final = {
    "dcat": _DCAT,
    "dcterms": _DCTERMS,
    "vaughn": NS,
    "xsd": XSD,
}
"""The prefixes of a catalogue entry."""
