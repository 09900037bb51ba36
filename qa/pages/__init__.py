"""An excerpt of a document -> the page of its file as a picture on which it is marked, or its context as HTML."""
