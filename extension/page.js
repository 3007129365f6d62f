// Says which paper an open page is about, by what its authors' archive wrote into it. The last expression is the answer.
// Lectern makes its bookmarklet of this same file: comments stand on lines of their own.
(() => {
  const told = (...names) => {
    for (const name of names) {
      const content = document.querySelector(`meta[name="${name}" i], meta[property="${name}" i]`)?.content?.trim();
      if (content) return content;
    }
    return "";
  };
  const pmid = told("citation_pmid");
  const ids = [told("citation_arxiv_id"), told("citation_doi", "prism.doi", "bepress_citation_doi"), told("dc.identifier"), pmid && `pmid:${pmid}`];
  return {
    id: ids.filter(Boolean).join(" ").slice(0, 500),
    url: location.href.slice(0, 1000),
    title: (told("citation_title", "dc.title", "og:title") || document.title).slice(0, 300),
  };
})();
