"""What arXiv's subject codes mean, by the archive's own taxonomy; a code that is not here shows bare."""

# Archives that have subjects and no papers of their own.
GROUPS = {
    "cs": "Computer science",
    "econ": "Economics",
    "eess": "Electrical engineering and systems science",
    "math": "Mathematics",
    "nlin": "Nonlinear sciences",
    "physics": "Physics",
    "q-bio": "Quantitative biology",
    "q-fin": "Quantitative finance",
    "stat": "Statistics",
}
_ARCHIVES = """
astro-ph Astrophysics
cond-mat Condensed matter
gr-qc General relativity and quantum cosmology
hep-ex High energy physics, experiment
hep-lat High energy physics, lattice
hep-ph High energy physics, phenomenology
hep-th High energy physics, theory
math-ph Mathematical physics
nucl-ex Nuclear experiment
nucl-th Nuclear theory
quant-ph Quantum physics
adap-org Adaptation and self-organising systems
alg-geom Algebraic geometry
dg-ga Differential geometry
q-alg Quantum algebra
astro-ph.CO Cosmology and nongalactic astrophysics
astro-ph.EP Earth and planetary astrophysics
astro-ph.GA Astrophysics of galaxies
astro-ph.HE High energy astrophysics
astro-ph.IM Instrumentation for astrophysics
astro-ph.SR Solar and stellar astrophysics
cond-mat.dis-nn Disordered systems and neural networks
cond-mat.mes-hall Mesoscale and nanoscale physics
cond-mat.mtrl-sci Materials science
cond-mat.quant-gas Quantum gases
cond-mat.soft Soft condensed matter
cond-mat.stat-mech Statistical mechanics
cond-mat.str-el Strongly correlated electrons
cond-mat.supr-con Superconductivity
cs.AI Artificial intelligence
cs.AR Hardware architecture
cs.CC Computational complexity
cs.CE Computational engineering and finance
cs.CG Computational geometry
cs.CL Computation and language
cs.CR Cryptography and security
cs.CV Computer vision
cs.CY Computers and society
cs.DB Databases
cs.DC Distributed and parallel computing
cs.DL Digital libraries
cs.DM Discrete mathematics
cs.DS Data structures and algorithms
cs.ET Emerging technologies
cs.FL Formal languages and automata
cs.GR Graphics
cs.GT Game theory
cs.HC Human-computer interaction
cs.IR Information retrieval
cs.IT Information theory
cs.LG Machine learning
cs.LO Logic in computer science
cs.MA Multiagent systems
cs.MM Multimedia
cs.MS Mathematical software
cs.NA Numerical analysis
cs.NE Neural and evolutionary computing
cs.NI Networking
cs.OS Operating systems
cs.PF Performance
cs.PL Programming languages
cs.RO Robotics
cs.SC Symbolic computation
cs.SD Sound
cs.SE Software engineering
cs.SI Social and information networks
cs.SY Systems and control
econ.EM Econometrics
econ.TH Theoretical economics
eess.AS Audio and speech processing
eess.IV Image and video processing
eess.SP Signal processing
eess.SY Systems and control
math.AC Commutative algebra
math.AG Algebraic geometry
math.AP Analysis of PDEs
math.AT Algebraic topology
math.CA Classical analysis and ODEs
math.CO Combinatorics
math.CT Category theory
math.CV Complex variables
math.DG Differential geometry
math.DS Dynamical systems
math.FA Functional analysis
math.GR Group theory
math.GT Geometric topology
math.HO History and overview
math.LO Logic
math.MG Metric geometry
math.NA Numerical analysis
math.NT Number theory
math.OC Optimisation and control
math.PR Probability
math.QA Quantum algebra
math.RT Representation theory
math.SG Symplectic geometry
math.SP Spectral theory
math.ST Statistics theory
nlin.AO Adaptation and self-organising systems
nlin.CD Chaotic dynamics
physics.app-ph Applied physics
physics.bio-ph Biological physics
physics.chem-ph Chemical physics
physics.comp-ph Computational physics
physics.data-an Data analysis, statistics and probability
physics.flu-dyn Fluid dynamics
physics.gen-ph General physics
physics.ins-det Instrumentation and detectors
physics.med-ph Medical physics
physics.optics Optics
physics.soc-ph Physics and society
q-bio.BM Biomolecules
q-bio.CB Cell behaviour
q-bio.GN Genomics
q-bio.MN Molecular networks
q-bio.NC Neurons and cognition
q-bio.PE Populations and evolution
q-bio.QM Quantitative methods
q-fin.ST Statistical finance
stat.AP Statistics, applications
stat.CO Statistics, computation
stat.ME Statistics, methodology
stat.ML Statistics, machine learning
stat.TH Statistics theory
"""
NAMES: dict[str, str] = {code: name for code, _, name in (line.partition(" ") for line in _ARCHIVES.strip().splitlines())}
